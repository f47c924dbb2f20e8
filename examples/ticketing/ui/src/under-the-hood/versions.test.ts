import { expect, it } from "vitest";
import type { Decision } from "../api/types";
import { versionsOf } from "./versions";

const decision = (stream: string, position: number, ...events: [number, string][]): Decision => ({
  stream, position, action: "", at: `at ${position}`, actor: "", correlation_id: "", causation_id: "", effects: [],
  events: events.map(([version, name]) => ({ version, name, data: {} })),
});

it("leaves the payments' versions out", () => {
  expect(versionsOf([
    decision("reservation/1", 7, [1, "Initiated"]),
    decision("payment/2", 8, [1, "Started"]),
    decision("reservation/1", 10, [2, "PaymentCompleted"], [3, "Completed"]),
  ])).toEqual([
    { version: 1, event: "Initiated", at: "at 7", position: 7 },
    { version: 2, event: "PaymentCompleted", at: "at 10", position: 10 },
    { version: 3, event: "Completed", at: "at 10", position: 10 },
  ]);
});
