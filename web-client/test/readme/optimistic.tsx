import { variant, type PendingCommand } from "@composable-go/client";
import { useOptimisticQuery } from "@composable-go/client/react";
import type { Seats } from "./api.gen.js";

export function useSeats(event: string) {
  return useOptimisticQuery("seats", { event }, (seats, command) => (command.key === event ? apply(seats, command) : seats));
}

/** What the server will do, in short. Doing it twice changes nothing. */
function apply({ free, mine }: Seats, { action }: PendingCommand): Seats {
  const { name, value } = variant(action);
  const others = (seats: string[]) => seats.filter((seat) => seat !== value.seat);
  switch (name) {
    case "Hold":
      return { free: others(free), mine: [...others(mine), value.seat] };
    case "Release":
      return { free: [...others(free), value.seat], mine: others(mine) };
  }
}
