/** What a checkout looks like to the buyer; the saga has more states than he needs to tell apart. */
export type Stage = "holding" | "paying" | "asking" | "confirming" | "done" | "returning" | "ended";

export function stageOf({ status, tickets }: { status: string; tickets?: { status: string }[] | null }): Stage {
  switch (status) {
    case "Initiated": return "holding";
    case "SeatsHeld": return "paying";
    case "PaymentPending": return "asking";
    case "PaymentCompleted": return "confirming";
    case "Completed": return tickets?.some((ticket) => ticket.status === "void") ? "returning" : "done";
    default: return "ended";
  }
}
