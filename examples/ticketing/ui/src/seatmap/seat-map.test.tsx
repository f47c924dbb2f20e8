import { act, fireEvent, render, screen } from "@testing-library/react";
import { expect, it, vi } from "vitest";
import type { Seat } from "../api/types";
import { SeatMap } from "./seat-map";

const seats: Seat[] = [
  { id: "A1", row: "A", number: 1, status: "available", mine: false },
  { id: "A2", row: "A", number: 2, status: "sold", mine: false },
  { id: "B1", row: "B", number: 1, status: "held", mine: true },
  { id: "B2", row: "B", number: 2, status: "available", mine: false },
];

function show(chosen: string[] = []) {
  const onToggle = vi.fn<(id: string) => void>();
  render(<SeatMap section="Stalls" seats={seats} chosen={chosen} asked={[]} price="€45.00" onToggle={onToggle} />);
  return onToggle;
}

it("is one tab stop that arrow keys move", () => {
  show();
  const first = screen.getByRole("gridcell", { name: "Row A, seat 1, free, €45.00" });
  expect(screen.getAllByRole("gridcell").filter((seat) => seat.tabIndex === 0)).toEqual([first]);

  act(() => first.focus());
  fireEvent.keyDown(first, { key: "ArrowDown" });
  const below = screen.getByRole("gridcell", { name: "Row B, seat 1, already yours" });
  expect(document.activeElement).toBe(below);
  expect(below.tabIndex).toBe(0);
  expect(first.tabIndex).toBe(-1);
});

it("chooses free seats only", () => {
  const onToggle = show(["B2"]);
  fireEvent.click(screen.getByRole("gridcell", { name: "Row A, seat 2, sold" }));
  expect(onToggle).not.toHaveBeenCalled();

  fireEvent.click(screen.getByRole("gridcell", { name: "Row B, seat 2, chosen by you, €45.00", selected: true }));
  expect(onToggle).toHaveBeenCalledExactlyOnceWith("B2");
});
