import { useFetch } from "@composable-go/client/react";
import { useState } from "react";
import type { Past } from "../api/types";

interface Pair {
  now: Past;
  before?: Past;
}

/** A version of a purchase beside the one before. The last pair stays until the next is there, so that nothing flickers. */
export function usePast(id: string, version: number) {
  const at = (wanted: number) => `/api/reservations/${encodeURIComponent(id)}/at/${wanted}`;
  const now = useFetch<Past>(at(version));
  const before = useFetch<Past>(version > 1 ? at(version - 1) : null);

  const [shown, setShown] = useState<Pair>();
  const complete = now.data && (before.data || version === 1);
  if (now.data && complete && shown?.now.version !== version) setShown({ now: now.data, before: before.data });

  return {
    shown,
    error: now.error ?? before.error,
    refetch: () => {
      now.refetch();
      before.refetch();
    },
  };
}
