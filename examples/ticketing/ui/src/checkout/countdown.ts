/** The server is the clock: how far it is ahead of this computer, in milliseconds. */
export function clockOffset(serverTime: string, localNow: number): number {
  return Date.parse(serverTime) - localNow;
}

/** Whole seconds until the deadline by the server's clock; 0 once it has passed, never below. */
export function secondsLeft(expiresAt: string, offset: number, localNow: number): number {
  const milliseconds = Date.parse(expiresAt) - (localNow + offset);
  return Math.max(0, Math.ceil(milliseconds / 1000));
}

/** Seconds as a clock face: 299 is "4:59". */
export function clockFace(seconds: number): string {
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

/**
 * What a screen reader should hear. It stays the same between whole minutes, so that a live region speaks at
 * minute marks, at thirty seconds and at the end, and is silent in between.
 */
export function spokenTimeLeft(seconds: number): string {
  if (seconds === 0) return "Time is up";
  if (seconds <= 30) return "Less than 30 seconds left";
  const minutes = Math.ceil(seconds / 60);
  return minutes === 1 ? "One minute left" : `${minutes} minutes left`;
}
