/** The hooks of an application that has registered its API: compiled, never run. */
import { variant, type PendingCommand, type ProblemError, type Receipt } from "@composable-go/client";
import { useStepUp } from "@composable-go/client/auth/react";
import {
  useCommand,
  useOptimisticQuery,
  usePendingCommands,
  useQuery,
  useSubscription,
  useSuspenseQuery,
  type Command,
  type QueryState,
} from "@composable-go/client/react";
import { expectTypeOf } from "vitest";
import type { Api } from "./registered.js";

interface Seats {
  free: number;
}

export function queries(event: string) {
  const seats = useQuery("seats", { event });
  expectTypeOf(seats).toEqualTypeOf<QueryState<Seats>>();
  if (seats.status === "success") expectTypeOf(seats.data).toEqualTypeOf<Seats>();
  if (seats.status === "error") expectTypeOf(seats.error).toEqualTypeOf<ProblemError>();
  expectTypeOf(useSuspenseQuery("seats", { event }).data).toEqualTypeOf<Seats>();
  useQuery("seats", { event }, { live: false, skip: true });
  // @ts-expect-error no such query
  useQuery("seat", { event });
  // @ts-expect-error a misspelt parameter
  useQuery("seats", { events: event });
  // @ts-expect-error a parameter of another type
  useSuspenseQuery("seats", { event: 7 });
  // @ts-expect-error no such option
  useQuery("seats", { event }, { alive: true });
}

export function commands(order: string) {
  const command = useCommand("order", order);
  expectTypeOf(command).toEqualTypeOf<Command<Api["commands"]["order"], Receipt>>();
  void command.run({ Place: { quantity: 1 } });
  // @ts-expect-error no such command
  void command.run({ Plaice: { quantity: 1 } });
  // @ts-expect-error no such store
  useCommand("orders", order);
  useCommand((client, quantity: number) => client.send("order", order, { Place: { quantity } }));
  // @ts-expect-error a misspelt field
  useCommand((client, quantity: number) => client.send("order", order, { Place: { quantities: quantity } }));
}

export function confirmed(order: string) {
  const command = useStepUp("order", order);
  expectTypeOf(command).toEqualTypeOf<Command<Api["commands"]["order"], Receipt>>();
  // @ts-expect-error no such command
  void command.run({ Plaice: { quantity: 1 } });
  // @ts-expect-error no such store
  useStepUp("orders", order);
}

export function events(event: string) {
  useSubscription([`event:${event}`], ({ action }) => expectTypeOf(action.Changed.at).toEqualTypeOf<string>());
  // @ts-expect-error nothing is published there
  useSubscription(["events:7"], () => {});
}

export function optimistic(event: string) {
  expectTypeOf(usePendingCommands()).toEqualTypeOf<readonly PendingCommand[]>();
  const seats = useOptimisticQuery("seats", { event }, (seats, command) => {
    expectTypeOf(seats).toEqualTypeOf<Seats>();
    return { free: seats.free - variant(command.action).value.quantity };
  });
  expectTypeOf(seats).toEqualTypeOf<QueryState<Seats>>();
  // @ts-expect-error the data is of another type
  useOptimisticQuery("seats", { event }, () => "none");
}
