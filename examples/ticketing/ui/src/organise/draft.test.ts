import { describe, expect, it } from "vitest";
import { emptyDraft, emptySection, evenRows, toNewEvent, type EventDraft } from "./draft";
import { tiersOf } from "./tiers";

const now = new Date("2027-01-01T12:00:00Z");

function draft(changes: Partial<EventDraft> = {}): EventDraft {
  const section = { ...emptySection(1), rows: evenRows(2, 3), price: "45.50" };
  return { ...emptyDraft(now, "Europe/Berlin"), title: " Night Train ", venueName: "Hall 1", sections: [section], ...changes };
}

function errorsOf(changes: Partial<EventDraft>) {
  const result = toNewEvent(draft(changes), now);
  return "errors" in result ? result.errors : {};
}

describe("toNewEvent", () => {
  it("takes times at the venue and money in minor units", () => {
    const result = toNewEvent(draft({ startsAt: "2027-03-01T20:30", endsAt: "2027-03-01T23:00" }), now);
    expect(result).toMatchObject({
      event: {
        title: "Night Train", starts_at: "2027-03-01T19:30:00.000Z", ends_at: "2027-03-01T22:00:00.000Z",
        sections: [{ name: "Stalls", kind: "numbered", rows: [{ label: "A", seats: 3 }, { label: "B", seats: 3 }] }],
        tiers: [{ kind: "regular", section: "Stalls", price_cents: 4550 }],
      },
    });
  });

  it("names every field that is wrong", () => {
    const section = { ...emptySection(2), name: "stalls ", kind: "general" as const, capacity: "0", price: "free" };
    const errors = errorsOf({ title: " ", startsAt: "2026-01-01T10:00", endsAt: "", sections: [...draft().sections, section] });
    expect(Object.keys(errors).toSorted()).toEqual([
      "ends_at", "sections.1.capacity", "sections.1.name", "sections.1.price", "starts_at", "title",
    ]);
  });
});

describe("tiersOf", () => {
  const starts = new Date("2027-03-01T19:30:00Z");

  it("hands over from early bird to regular to last minute", () => {
    const tiers = tiersOf("Stalls", 4500, { now, starts, earlyBird: true, lastMinute: true });
    expect(tiers.map(({ kind, price_cents, from, until }) => [kind, price_cents, from, until])).toEqual([
      ["early_bird", 3600, "2027-01-01T11:00:00.000Z", "2027-01-30T19:30:00.000Z"],
      ["regular", 4500, "2027-01-30T19:30:00.000Z", undefined],
      ["last_minute", 4950, "2027-02-22T19:30:00.000Z", undefined],
    ]);
  });

  it("leaves early bird out when it would be over", () => {
    const soon = new Date("2027-01-20T19:30:00Z");
    const tiers = tiersOf("Stalls", 4500, { now, starts: soon, earlyBird: true, lastMinute: false });
    expect(tiers.map((tier) => [tier.kind, tier.from])).toEqual([["regular", "2027-01-01T11:00:00.000Z"]]);
  });
});

it("labels rows beyond Z", () => {
  expect(evenRows(28, 1).slice(24).map((row) => row.label)).toEqual(["Y", "Z", "AA", "AB"]);
});
