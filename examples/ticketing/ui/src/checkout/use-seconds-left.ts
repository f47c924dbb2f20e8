import { useEffect, useState } from "react";
import { clockOffset, secondsLeft } from "./countdown";

/** Looks more often than the seconds change, so that none is shown late by much. */
const lookEvery = 250;

/** Seconds until a deadline by the server's clock, while mounted. serverTime is that clock as it was read just now. */
export function useSecondsLeft(expiresAt: string, serverTime: string): number {
  const [seconds, setSeconds] = useState(() => secondsLeft(expiresAt, 0, Date.parse(serverTime)));

  useEffect(() => {
    const offset = clockOffset(serverTime, Date.now());
    const timer = setInterval(() => setSeconds(secondsLeft(expiresAt, offset, Date.now())), lookEvery);
    return () => clearInterval(timer);
  }, [expiresAt, serverTime]);
  return seconds;
}
