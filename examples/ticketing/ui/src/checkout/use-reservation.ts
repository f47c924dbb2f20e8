import type { ProblemError } from "@composable-go/client";
import { useOptimisticQuery } from "@composable-go/client/react";
import type { Reservation } from "../api/types";
import { afterCommand } from "./after-command";

/** A purchase, live, with what its buyer has just asked for as if it were done. */
export function useReservation(id: string, options?: { skip: boolean }): { data?: Reservation; error?: ProblemError } {
  const { data, error } = useOptimisticQuery("reservation", { id }, afterCommand, options);
  return { data: data as Reservation | undefined, error };
}
