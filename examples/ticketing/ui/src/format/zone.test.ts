import { expect, it } from "vitest";
import { instantToWallTime, wallTimeToInstant } from "./zone";

it.each([
  ["2027-03-01T20:30", "Europe/Berlin", "2027-03-01T19:30:00.000Z"],
  ["2027-07-01T20:30", "Europe/Berlin", "2027-07-01T18:30:00.000Z"],
  ["2027-03-28T03:30", "Europe/Berlin", "2027-03-28T01:30:00.000Z"],
  ["2027-01-01T00:15", "Asia/Kathmandu", "2026-12-31T18:30:00.000Z"],
  ["2027-01-01T10:00", "UTC", "2027-01-01T10:00:00.000Z"],
])("%s in %s is %s", (wall, zone, want) => {
  const instant = wallTimeToInstant(wall, zone);
  expect(instant?.toISOString()).toBe(want);
  expect(instantToWallTime(new Date(want), zone)).toBe(wall);
});

it("has no instant for what is no time", () => {
  expect(wallTimeToInstant("", "UTC")).toBeNull();
});
