import { useMemo, useState } from "react";
import type { Seat } from "../api/types";

/** The house rule for one purchase; the server holds the same one. */
export const maxSeats = 8;

/**
 * The seats a visitor has chosen but not asked for. A seat that somebody else takes meanwhile moves from chosen to
 * lost, where it stays until the next change so that the visitor can be told.
 */
export function useChoice(seats: Seat[] | undefined) {
  const [wanted, setWanted] = useState<string[]>([]);
  const gone = useMemo(() => {
    const taken = seats?.filter((seat) => seat.status !== "available" && !seat.mine) ?? [];
    return new Set(taken.map((seat) => seat.id));
  }, [seats]);

  const chosen = wanted.filter((id) => !gone.has(id));
  const lost = wanted.filter((id) => gone.has(id));

  function toggle(id: string) {
    if (chosen.includes(id)) setWanted(chosen.filter((other) => other !== id));
    else if (chosen.length < maxSeats) setWanted([...chosen, id]);
  }

  return { chosen, lost, toggle, full: chosen.length >= maxSeats };
}
