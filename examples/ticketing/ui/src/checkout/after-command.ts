import type { PendingCommand } from "@composable-go/client";
import type { Reservation } from "../api/types";
import { stageOf } from "./stage";

/** A purchase as it will be once a command is done: what is given back is gone at once, before the server says so. */
export function afterCommand(reservation: Reservation, { key, action }: PendingCommand): Reservation {
  if (key !== reservation.id || !("Cancel" in action)) return reservation;
  switch (stageOf(reservation)) {
    case "holding":
    case "paying":
    case "asking":
      return { ...reservation, status: "Cancelled" };
    case "done":
      return { ...reservation, tickets: reservation.tickets?.map((ticket) => ({ ...ticket, status: "void" })) };
    default:
      return reservation;
  }
}
