import { expect, test } from "vitest";
import { refundOf } from "./refund";

const refund_policy = [{ hours_before: 168, percent: 100 }, { hours_before: 24, percent: 50 }];

test.each([
  ["a week before", "2027-03-01T20:00:00Z", 4505],
  ["a second later than that", "2027-03-01T20:00:01Z", 2252],
  ["a day before", "2027-03-07T20:00:00Z", 2252],
  ["on the last day", "2027-03-07T20:00:01Z", 0],
])("%s", (_, server_time, want) => {
  expect(refundOf({ total_cents: 4505, server_time }, { starts_at: "2027-03-08T20:00:00Z", refund_policy })).toBe(want);
});
