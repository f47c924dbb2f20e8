import { useLine } from "../api/line";
import { Button } from "../components/button";
import { Notice } from "../components/notice";
import type { Hold } from "./hold";

/** Says that a hold has not gone out, where that is so, and takes it back on demand. */
export function HoldNotice({ hold, onGiveUp }: { hold: Hold | undefined; onGiveUp: () => void }) {
  const line = useLine();
  if (hold?.stage !== "sending" || (line !== "offline" && line !== "lost")) return null;
  return (
    <Notice tone="warn" title={line === "offline" ? "You are offline" : "The box office cannot be reached"}>
      <p>Your hold goes out as soon as the connection is back. Nothing is held until then; this page may be closed meanwhile.</p>
      <Button onClick={onGiveUp}>Never mind</Button>
    </Notice>
  );
}
