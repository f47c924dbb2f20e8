import { useEffect, useEffectEvent } from "react";

/** Calls `run` again and again while mounted and looked at; a pause of null (milliseconds) stops it. */
export function useEvery(pause: number | null, run: () => void): void {
  const tick = useEffectEvent(() => {
    if (document.visibilityState === "visible") run();
  });
  useEffect(() => {
    if (pause === null) return;
    const timer = setInterval(tick, pause);
    return () => clearInterval(timer);
  }, [pause]);
}
