import type { ProblemError } from "@composable-go/client";
import { useConnectionState, useFetch, useQuery } from "@composable-go/client/react";

export interface Live<T> {
  data?: T;
  error?: ProblemError;
  refetch: () => void;
}

/**
 * A live query with the same answer over HTTP underneath: the page has numbers before the socket is open, and
 * where no socket gets through.
 */
export function useLive<T>(name: string, params: unknown, path: string): Live<T> {
  const open = ["open", "fallback"].includes(useConnectionState());
  const live = useQuery<T>(name, params);
  const plain = useFetch<T>(open && live.data !== undefined ? null : path);

  const data = open ? (live.data ?? plain.data) : (plain.data ?? live.data);
  return { data, error: data === undefined ? (plain.error ?? live.error) : undefined, refetch: plain.refetch };
}
