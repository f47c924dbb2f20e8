import type { ReservationState, ReservationStatus } from "../api/types";

export interface Station {
  status: ReservationStatus;
  at: "passed" | "here" | "ahead";
}

/** The line that a purchase travels, and how it is known from a state that a station was reached. */
const line: [ReservationStatus, (state: ReservationState) => boolean][] = [
  ["Initiated", () => true],
  ["SeatsHeld", (state) => Boolean(state.currency)],
  ["PaymentPending", (state) => Boolean(state.attempts?.length)],
  ["PaymentCompleted", (state) => Boolean(state.attempts?.some((attempt) => attempt.status === "Captured"))],
  ["Completed", (state) => Boolean(state.tickets?.length)],
];

/** Where a purchase stands on its line. One that ended elsewhere has left it after the last station it reached. */
export function stationsOf(state: ReservationState): Station[] {
  const here = line.findIndex(([status]) => status === state.status);
  if (here >= 0) {
    return line.map(([status], i) => ({ status, at: i < here ? "passed" : i === here ? "here" : "ahead" }));
  }
  const reached = line.filter(([, wasAt]) => wasAt(state)).map(([status]): Station => ({ status, at: "passed" }));
  return [...reached, { status: state.status, at: "here" }];
}
