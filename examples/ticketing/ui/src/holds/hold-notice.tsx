import { useLine } from "../api/line";
import { Button } from "../components/button";
import { Notice } from "../components/notice";
import type { Hold } from "./hold";

/** Whether a hold has not gone out because there is no way to the server. */
export function useIsWaiting(hold: Hold | undefined): boolean {
  const line = useLine();
  return hold?.stage === "sending" && (line === "offline" || line === "lost");
}

/** Says that a hold has not gone out, where that is so, and takes it back on demand. */
export function HoldNotice({ onGiveUp }: { onGiveUp: () => void }) {
  const line = useLine();
  return (
    <Notice tone="warn" title={line === "offline" ? "You are offline" : "The box office cannot be reached"}>
      <p>Your hold goes out as soon as the connection is back. Nothing is held until then. You may close this page meanwhile.</p>
      <Button onClick={onGiveUp}>Never mind</Button>
    </Notice>
  );
}
