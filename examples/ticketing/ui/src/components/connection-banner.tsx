import { useConnectionState } from "@composable-go/client/react";
import { useEffect, useState } from "react";
import "./connection-banner.css";

const patience = 1500;

/** Says that live numbers may be old. It lies over the page and comes late, so short gaps disturb nobody. */
export function ConnectionBanner() {
  const state = useConnectionState();
  const lost = useLasting(state === "waiting" || state === "closed", state === "open" || state === "fallback" || state === "idle");
  return (
    <div className="connection" role="status">
      {lost && <p>{state === "closed" ? "Live updates have stopped. Reload the page to see new numbers." : "Connection lost. Numbers may be old; trying again…"}</p>}
    </div>
  );
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
