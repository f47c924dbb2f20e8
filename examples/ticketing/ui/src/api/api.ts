import type { Availability, Reservation, Seat } from "./types";

/** What the box office offers over its socket. */
export interface Api {
  commands: { reservation: { Initiate: Initiate } | { Pay: { type: string; token: string } } | { Cancel: { reason?: string } } };
  queries: {
    availability: { params: { event_id: string }; result: { items: Availability[] } };
    seats: { params: { event_id: string; section: string }; result: { items: Seat[] } };
    reservation: { params: { id: string }; result: Reservation };
  };
  topics: { event: Record<string, unknown>; reservation: Record<string, unknown>; me: Record<string, unknown> };
  errors: string;
}

export interface Initiate {
  id: string;
  event_id: string;
  section: string;
  quantity?: number;
  seat_ids?: string[];
}

declare module "@composable-go/client" {
  interface Register {
    api: Api;
  }
}
