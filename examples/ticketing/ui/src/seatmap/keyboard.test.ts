import { expect, it } from "vitest";
import type { Seat } from "../api/types";
import { seatAfterKey } from "./keyboard";
import { toRows } from "./rows";

function hall(...lengths: number[]) {
  const seats = lengths.flatMap((length, y) => {
    const row = String.fromCharCode(65 + y);
    return Array.from({ length }, (_, x): Seat => ({
      id: `${row}${x + 1}`, row, number: x + 1, status: "available", mine: false,
    }));
  });
  return toRows(seats);
}

it.each([
  ["A1", "ArrowRight", "A2"],
  ["A1", "ArrowLeft", "A1"],
  ["A4", "ArrowRight", "A4"],
  ["A2", "ArrowDown", "B3"],
  ["B3", "ArrowUp", "A2"],
  ["B1", "ArrowUp", "A1"],
  ["B6", "ArrowUp", "A4"],
  ["A1", "ArrowUp", "A1"],
  ["C1", "ArrowDown", "C1"],
  ["B4", "Home", "B1"],
  ["B4", "End", "B6"],
])("from %s %s leads to %s", (from, key, want) => {
  expect(seatAfterKey(hall(4, 6, 4), from, key, false)).toBe(want);
});

it("goes to the corners of the hall with ctrl", () => {
  expect(seatAfterKey(hall(4, 6, 4), "B3", "Home", true)).toBe("A1");
  expect(seatAfterKey(hall(4, 6, 4), "B3", "End", true)).toBe("C4");
});

it("leaves other keys and unknown seats alone", () => {
  expect(seatAfterKey(hall(4), "A1", "a", false)).toBeNull();
  expect(seatAfterKey(hall(4), "Z9", "ArrowLeft", false)).toBeNull();
});

it("orders seats by number, not by text", () => {
  const [row] = toRows(hall(12)[0]!.seats.toReversed());
  expect(row?.seats.map((seat) => seat.number)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
});
