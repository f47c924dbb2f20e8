import { describe, expect, it } from "vitest";
import { clockFace, clockOffset, secondsLeft, spokenTimeLeft } from "./countdown";

const local = Date.parse("2027-03-01T12:00:00Z");

describe("secondsLeft", () => {
  it("goes by the server's clock, however wrong this one is", () => {
    const offset = clockOffset("2027-03-01T15:00:00Z", local);
    expect(secondsLeft("2027-03-01T15:05:00Z", offset, local)).toBe(300);
    expect(secondsLeft("2027-03-01T15:05:00Z", offset, local + 1_000)).toBe(299);
  });

  it("counts a started second as left and stops at 0", () => {
    expect(secondsLeft("2027-03-01T12:00:01Z", 0, local + 999)).toBe(1);
    expect(secondsLeft("2027-03-01T12:00:01Z", 0, local + 1_000)).toBe(0);
    expect(secondsLeft("2027-03-01T12:00:01Z", 0, local + 60_000)).toBe(0);
  });
});

it.each([[300, "5:00"], [299, "4:59"], [60, "1:00"], [9, "0:09"], [0, "0:00"]])("%d seconds read %s", (seconds, want) => {
  expect(clockFace(seconds)).toBe(want);
});

it("speaks at minute marks only", () => {
  const spoken = new Set<string>();
  for (let seconds = 300; seconds >= 0; seconds--) spoken.add(spokenTimeLeft(seconds));
  expect([...spoken]).toEqual([
    "5 minutes left", "4 minutes left", "3 minutes left", "2 minutes left", "One minute left",
    "Less than 30 seconds left", "Time is up",
  ]);
});
