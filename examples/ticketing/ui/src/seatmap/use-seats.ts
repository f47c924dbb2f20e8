import type { ProblemError } from "@composable-go/client";
import { useQuery } from "@composable-go/client/react";
import type { Seat } from "../api/types";

/** The seats of a section, live. */
export function useSeats(event_id: string, section: string): { seats?: Seat[]; error?: ProblemError } {
  const { data, error } = useQuery("seats", { event_id, section });
  return { seats: data?.items as Seat[] | undefined, error };
}
