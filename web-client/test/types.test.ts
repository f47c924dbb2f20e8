import { expect, expectTypeOf, test } from "vitest";
import type {
  Action,
  AnyApi,
  Client,
  ConnectionState,
  PendingCommand,
  ProblemError,
  Receipt,
  RegisteredApi,
  Session,
  TopicEvent,
} from "../src/index.js";
import { variant } from "../src/index.js";
import {
  account, devices, identities, passkeys, sessions, signIn, signUp, stepUp, withStepUp,
  type Device, type Identity, type NoPasskey, type Passkey, type SessionItem,
} from "../src/auth/index.js";
import { useDevices, usePasskeys, usePasskeySignIn, useSessions, useStepUp } from "../src/auth/react/index.js";
import type { Command, FetchState, QueryState, SessionHandle } from "../src/react/index.js";
import {
  ClientProvider,
  useCommand,
  useFetch,
  useOptimisticQuery,
  usePendingCommands,
  useQuery,
  useSubscription,
  useSuspenseQuery,
} from "../src/react/index.js";

interface Api {
  commands: { order: { Place: { quantity: number } } | { Cancel: object }; payment: { Pay: { amount: number } } };
  queries: { seats: { params: { event: string }; result: { free: number } }; all: { params: null; result: string[] } };
  topics: { event: { Changed: { at: string } } | { SeatsHeld: string[] }; me: { Paid: number } };
  errors: "sold_out" | "seat_taken";
}

/** Compiled by `tsc --noEmit`, never called: the types are the test. */
export function untyped(client: Client) {
  expectTypeOf<RegisteredApi>().toEqualTypeOf<AnyApi>();
  expectTypeOf(client.get<number>("/a")).toEqualTypeOf<Promise<number>>();
  expectTypeOf(client.get("/a")).toEqualTypeOf<Promise<unknown>>();
  expectTypeOf(client.post<string>("/a", { any: 1 }, { idempotencyKey: "k" })).toEqualTypeOf<Promise<string>>();
  expectTypeOf(client.send("order", "1", { Place: {} })).toEqualTypeOf<Promise<Receipt>>();
  client.subscribe(["a", "b:1"], (event) => expectTypeOf(event).toEqualTypeOf<TopicEvent>());
  client.subscribe([] as string[], (event) => expectTypeOf(event).toEqualTypeOf<TopicEvent>());
  expectTypeOf(client.query("q", {})).toEqualTypeOf<Promise<unknown>>();
  expectTypeOf(client.connection.get()).toEqualTypeOf<ConnectionState>();
  expectTypeOf(client.session.get()).toEqualTypeOf<Session | null | undefined>();
  // @ts-expect-error an action is an object
  void client.send("order", "1", "Place");
  // @ts-expect-error reads carry no idempotency key
  void client.get("/a", { idempotencyKey: "k" });
  // @ts-expect-error a session is begun and ended, never set
  client.session.set(null);
}

export function typed(client: Client<Api>, event: string) {
  void client.send("order", "1", { Place: { quantity: 1 } });
  // @ts-expect-error no such store
  void client.send("orders", "1", { Place: { quantity: 1 } });
  // @ts-expect-error another store's command
  void client.send("order", "1", { Pay: { amount: 1 } });
  // @ts-expect-error a misspelt field
  void client.send("order", "1", { Place: { quantities: 1 } });

  client.watch("seats", { event }, ({ data, error }) => {
    expectTypeOf(data).toEqualTypeOf<{ free: number } | undefined>();
    expectTypeOf(error).toEqualTypeOf<ProblemError | undefined>();
  });
  expectTypeOf(client.query("all", null)).toEqualTypeOf<Promise<string[]>>();
  // @ts-expect-error no such query
  void client.query("seat", { event });
  // @ts-expect-error a misspelt parameter
  void client.query("seats", { events: event });

  client.subscribe([`event:${event}`], ({ action }) => expectTypeOf(action).toEqualTypeOf<Api["topics"]["event"]>());
  client.subscribe(["event:7", "me"], ({ action }) =>
    expectTypeOf(action).toEqualTypeOf<Api["topics"]["event"] | Api["topics"]["me"]>(),
  );
  // @ts-expect-error nothing is published there
  client.subscribe(["events:7"], () => {});

  for (const command of client.pending.get()) {
    if (command.store === "payment") expectTypeOf(command.action).toEqualTypeOf<{ Pay: { amount: number } }>();
  }
}

export function exhaustive(action: Api["commands"]["order"]): string {
  const taken = variant(action);
  switch (taken.name) {
    case "Place":
      return String(taken.value.quantity.toFixed());
    case "Cancel":
      expectTypeOf(taken.value).toEqualTypeOf<object>();
      return "";
  }
}

export function hooks() {
  const pay = useCommand((client, amount: number) => client.post<{ id: string }>("/pay", { amount }));
  expectTypeOf(pay).toEqualTypeOf<Command<number, { id: string }>>();
  expectTypeOf(pay.run(1)).toEqualTypeOf<Promise<{ id: string } | undefined>>();
  expectTypeOf(pay.status).toEqualTypeOf<"idle" | "pending" | "error" | "success">();
  // @ts-expect-error the variables are a number
  void pay.run("1");
  const refresh = useCommand((client) => client.session.refresh());
  void refresh.run();
  expectTypeOf(useQuery("q", {})).toEqualTypeOf<QueryState<unknown>>();
  expectTypeOf(useFetch<number>(null)).toEqualTypeOf<FetchState<number>>();
  expectTypeOf<SessionHandle["session"]>().toEqualTypeOf<Session | null | undefined>();
  useSubscription(["a"], (event) => expectTypeOf(event).toEqualTypeOf<TopicEvent>());
  expectTypeOf(useCommand("order", "1")).toEqualTypeOf<Command<Action, Receipt>>();
  expectTypeOf(useSuspenseQuery("q", {}).data).toEqualTypeOf<unknown>();
  expectTypeOf(usePendingCommands()).toEqualTypeOf<readonly PendingCommand[]>();
  useOptimisticQuery("q", {}, (data, { store, action }) => [data, store, action]);
}

export function auth(client: Client<Api>) {
  expectTypeOf(signIn.magicLink(client, { email: "", redirectTo: "/" })).toEqualTypeOf<Promise<void>>();
  expectTypeOf(signIn.code(client, "")).toEqualTypeOf<Promise<Session>>();
  expectTypeOf(signIn.passkey(client)).toEqualTypeOf<Promise<Session | NoPasskey>>();
  expectTypeOf(signUp.passkey(client, { email: "" })).toEqualTypeOf<Promise<Session | NoPasskey>>();
  expectTypeOf(passkeys.add(client)).toEqualTypeOf<Promise<Passkey | NoPasskey>>();
  expectTypeOf(sessions.list(client)).toEqualTypeOf<Promise<SessionItem[]>>();
  expectTypeOf(devices.list(client)).toEqualTypeOf<Promise<Device[]>>();
  expectTypeOf(identities.list(client)).toEqualTypeOf<Promise<Identity[]>>();
  expectTypeOf(account.me(client)).toEqualTypeOf<Promise<Session["user"]>>();
  expectTypeOf(account.exportUrl(client)).toEqualTypeOf<string>();
  expectTypeOf(stepUp(client, { action: "a" })).toEqualTypeOf<Promise<"confirmed" | NoPasskey>>();
  expectTypeOf(withStepUp(client, {}, async () => 7)).toEqualTypeOf<Promise<number>>();
  // @ts-expect-error a link goes to an address
  void signIn.magicLink(client, {});
  // @ts-expect-error what is confirmed has a name
  void stepUp(client, { arguments: 7 });
  // @ts-expect-error a cancelled sign-in has no user
  void signIn.passkey(client).then(({ user }) => user);
  // @ts-expect-error no such trust
  void devices.list(client).then(([device]) => device?.trust === "old");
}

export function authHooks() {
  const { data, revoke, revokeOthers } = useSessions();
  expectTypeOf(data).toEqualTypeOf<SessionItem[] | undefined>();
  expectTypeOf(revoke.run("id")).toEqualTypeOf<Promise<void | undefined>>();
  void revokeOthers.run();
  // @ts-expect-error which one
  void revoke.run();
  const { add } = usePasskeys();
  void add.run();
  void add.run({ name: "Laptop" });
  expectTypeOf(add.data).toEqualTypeOf<Passkey | NoPasskey | undefined>();
  void usePasskeySignIn().run({ email: "" });
  void useDevices().trust.run("id");
  expectTypeOf(useCommand(signIn.magicLink).variables?.email).toEqualTypeOf<string | undefined>();
  expectTypeOf(useStepUp("order", "1")).toEqualTypeOf<Command<Action, Receipt>>();
  const refund = useStepUp((client, amount: number) => client.post<string>("/refunds", { amount }));
  expectTypeOf(refund).toEqualTypeOf<Command<number, string>>();
  // @ts-expect-error the variables are a number
  useStepUp((client, amount: number) => client.post("/refunds", { amount }), (amount: string) => ({ arguments: amount }));
}

/** The provider takes a client of any API. */
export const provided = (client: Client<Api>) => ClientProvider({ client });

test("an action is taken apart into its name and value", () => {
  expect(variant({ Place: { quantity: 1 } })).toEqual({ name: "Place", value: { quantity: 1 } });
});

test("the types hold, or tsc would have failed", () => {});
