import { expect, it } from "vitest";
import type { ReservationState } from "../api/types";
import { stationsOf } from "./stations";

const brief = (state: ReservationState) => stationsOf(state).map(({ status, at }) => `${status} ${at}`);

it("shows what lies ahead of a purchase under way", () => {
  expect(brief({ status: "SeatsHeld", currency: "EUR", attempts: [{ status: "Failed" }] })).toEqual([
    "Initiated passed", "SeatsHeld here", "PaymentPending ahead", "PaymentCompleted ahead", "Completed ahead",
  ]);
});

it.each<[string, ReservationState, string[]]>([
  ["without seats", { status: "Rejected" }, ["Initiated"]],
  ["unpaid", { status: "Expired", currency: "EUR" }, ["Initiated", "SeatsHeld"]],
  ["declined", { status: "Compensated", currency: "EUR", attempts: [{ status: "Failed" }] }, ["Initiated", "SeatsHeld", "PaymentPending"]],
  ["given back", { status: "Refunded", currency: "EUR", attempts: [{ status: "Captured" }], tickets: [{ id: "1" }] },
    ["Initiated", "SeatsHeld", "PaymentPending", "PaymentCompleted", "Completed"]],
])("lets a purchase that ended %s leave the line where it did", (_, state, passed) => {
  expect(brief(state)).toEqual([...passed.map((status) => `${status} passed`), `${state.status} here`]);
});
