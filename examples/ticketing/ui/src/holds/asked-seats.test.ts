import { expect, it } from "vitest";
import type { Seat } from "../api/types";
import { askedSeats, withAsked } from "./asked-seats";
import type { Hold } from "./hold";

const seats: Seat[] = [
  { id: "A1", row: "A", number: 1, status: "available", mine: false },
  { id: "A2", row: "A", number: 2, status: "sold", mine: false },
  { id: "A3", row: "A", number: 3, status: "available", mine: false },
];

it("shows free seats that are asked for as one's own, and nobody else's", () => {
  const [a1, a2, a3] = withAsked(seats, ["A1", "A2"]);
  expect(a1).toMatchObject({ status: "held", mine: true });
  expect(a2).toBe(seats[1]);
  expect(a3).toBe(seats[2]);
});

it.each([["sending", ["A1"]], ["deciding", ["A1"]], ["refused", []], ["held", []]] as const)("of a hold that is %s asks for %j", (stage, asked) => {
  const hold: Hold = { id: "7", wish: { event_id: "1", section: "Stalls", seat_ids: ["A1"] }, stage };
  expect(askedSeats(hold)).toEqual(asked);
});
