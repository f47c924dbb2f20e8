import { useConnectionState } from "@composable-go/client/react";
import { createContext, useContext, useEffect, useState, useSyncExternalStore } from "react";

/**
 * How the page reaches the server: `offline` is the browser's word and known at once, `lost` is what the client finds
 * after trying for a while, and `stopped` that it does not try any more.
 */
export type Line = "up" | "offline" | "lost" | "stopped";

/** Short gaps disturb nobody. */
const patience = 1500;

export const LineContext = createContext<Line>("up");

export function useLine(): Line {
  return useContext(LineContext);
}

/** Watches the line; for one component above all that use it, so that they say the same. */
export function useLineState(): Line {
  const network = useSyncExternalStore(subscribe, () => navigator.onLine);
  const state = useConnectionState();
  const lost = useLasting(state === "waiting", state !== "waiting" && state !== "connecting");
  if (state === "closed") return "stopped";
  if (!network) return "offline";
  return lost ? "lost" : "up";
}

/** Turns true after `on` has not been answered by `off` for a while; a retry in between changes nothing. */
function useLasting(on: boolean, off: boolean): boolean {
  const [begun, setBegun] = useState(false);
  const [lasting, setLasting] = useState(false);
  if (on && !begun) setBegun(true);
  if (off && begun) {
    setBegun(false);
    setLasting(false);
  }

  useEffect(() => {
    if (!begun) return;
    const timer = setTimeout(() => setLasting(true), patience);
    return () => clearTimeout(timer);
  }, [begun]);
  return lasting;
}

function subscribe(notify: () => void): () => void {
  addEventListener("online", notify);
  addEventListener("offline", notify);
  return () => {
    removeEventListener("online", notify);
    removeEventListener("offline", notify);
  };
}
