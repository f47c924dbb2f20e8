import type { ProblemError } from "@composable-go/client";
import { useQuery } from "@composable-go/client/react";
import type { Availability } from "../api/types";

/** Where the places of each section are, live. */
export function useAvailability(event_id: string): { sections?: Availability[]; error?: ProblemError } {
  const { data, error } = useQuery("availability", { event_id });
  return { sections: data?.items as Availability[] | undefined, error };
}
