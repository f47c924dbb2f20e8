import { act, renderHook } from "@testing-library/react";
import { expect, it } from "vitest";
import type { Seat } from "../api/types";
import { maxSeats, useChoice } from "./use-choice";

const hall: Seat[] = Array.from({ length: 10 }, (_, i) => ({
  id: `A${i + 1}`, row: "A", number: i + 1, status: "available", mine: false,
}));

const held = (id: string, mine: boolean): Seat[] =>
  hall.map((seat) => seat.id === id ? { ...seat, status: "held", mine } : seat);

it("tells of a chosen seat that somebody else takes, until the next change", () => {
  const { result, rerender } = renderHook(useChoice, { initialProps: hall });
  act(() => result.current.toggle("A1"));
  act(() => result.current.toggle("A2"));

  rerender(held("A1", false));
  expect(result.current).toMatchObject({ chosen: ["A2"], lost: ["A1"] });

  act(() => result.current.toggle("A3"));
  expect(result.current).toMatchObject({ chosen: ["A2", "A3"], lost: [] });
});

it("does not take the visitor's own hold for a loss", () => {
  const { result, rerender } = renderHook(useChoice, { initialProps: hall });
  act(() => result.current.toggle("A1"));

  rerender(held("A1", true));
  expect(result.current).toMatchObject({ chosen: ["A1"], lost: [] });
});

it("stops at the most seats of one purchase", () => {
  const { result } = renderHook(useChoice, { initialProps: hall });
  for (const seat of hall) act(() => result.current.toggle(seat.id));

  expect(result.current.chosen).toHaveLength(maxSeats);
  expect(result.current.full).toBe(true);
});
