import type { BoxOfficeEvent, Reservation } from "../api/types";

const hour = 60 * 60 * 1000;

/** What the event's policy returns of a purchase at the moment the server answered, in whole minor units, rounded down. */
export function refundOf(
  { total_cents, server_time }: Pick<Reservation, "total_cents" | "server_time">,
  { starts_at, refund_policy }: Pick<BoxOfficeEvent, "starts_at" | "refund_policy">,
): number {
  const left = Date.parse(starts_at) - Date.parse(server_time);
  const step = refund_policy.find(({ hours_before }) => left >= hours_before * hour);
  return Math.floor((total_cents * (step?.percent ?? 0)) / 100);
}
