import type { ReservationStatus } from "../api/types";

/** What a checkout looks like to the buyer; the saga has more states than he needs to tell apart. */
export type Stage = "holding" | "paying" | "asking" | "confirming" | "done" | "ended";

export function stageOf(status: ReservationStatus): Stage {
  switch (status) {
    case "Initiated": return "holding";
    case "SeatsHeld": return "paying";
    case "PaymentPending": return "asking";
    case "PaymentCompleted": return "confirming";
    case "Completed": return "done";
    default: return "ended";
  }
}
