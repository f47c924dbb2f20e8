import type { PendingCommand } from "@composable-go/client";
import type { ReservationView } from "../api/api.gen";
import { stageOf } from "./stage";

/** A purchase as it will be once a command is done: what is given back is gone at once, before the server says so. */
export function afterCommand(reservation: ReservationView, { key, action }: PendingCommand): ReservationView {
  if (key !== reservation.id || !("Cancel" in action)) return reservation;
  switch (stageOf(reservation)) {
    case "holding":
    case "paying":
    case "asking":
      return { ...reservation, status: "Cancelled" };
    case "done":
      return { ...reservation, tickets: (reservation.tickets ?? []).map((ticket) => ({ ...ticket, status: "void" })) };
    default:
      return reservation;
  }
}
