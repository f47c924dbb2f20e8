import type { ReadModel } from "../api/types";

/** How far a read model has come, in a line. */
export function standing({ position, lag, lag_seconds, rebuild }: ReadModel): string {
  const place = `At position ${position.toLocaleString()}, `;
  const behind = lag === 0 ? "up to date" : `${lag.toLocaleString()} ${lag === 1 ? "event" : "events"} and ${Math.ceil(lag_seconds)} s behind`;
  return place + behind + (rebuild ? `; a rebuild is at ${rebuild.position.toLocaleString()}` : "");
}
