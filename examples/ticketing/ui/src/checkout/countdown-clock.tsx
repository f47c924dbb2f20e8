import { clockFace, spokenTimeLeft } from "./countdown";
import { useSecondsLeft } from "./use-seconds-left";

/** How long the seats are still held. Screen readers hear minute marks only. */
export function Countdown({ expiresAt, serverTime }: { expiresAt: string; serverTime: string }) {
  const seconds = useSecondsLeft(expiresAt, serverTime);
  return (
    <div className={seconds <= 60 ? "countdown countdown-late" : "countdown"}>
      <p className="countdown-face figures" role="timer" aria-live="off">{clockFace(seconds)}</p>
      <p>{seconds > 0 ? "Your seats are held until the clock runs out." : "Time is up. The seats go back on sale."}</p>
      <p className="only-heard" aria-live="polite">{spokenTimeLeft(seconds)}</p>
    </div>
  );
}
