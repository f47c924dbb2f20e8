import { useCommand } from "@composable-go/client/react";
import type { Reservation } from "../api/types";
import { navigate } from "../routing/history";

export type Wish = { event_id: string; section: string } & ({ seat_ids: string[] } | { quantity: number });

/** Asks for seats and goes to the checkout; a refusal stays here as an error. */
export function useHold() {
  return useCommand(async (client, wish: Wish) => {
    const reservation = await client.post<Reservation>("/api/reservations", wish);
    navigate(`/checkout/${reservation.id}`);
  });
}
