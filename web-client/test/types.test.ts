import { expectTypeOf, test } from "vitest";
import type { Client, ConnectionState, ProblemError, Receipt, Session, TopicEvent } from "../src/index.js";
import type { Command, FetchState, QueryState, SessionHandle } from "../src/react/index.js";
import { useCommand, useFetch, useQuery, useSubscription } from "../src/react/index.js";

/** Compiled by `tsc --noEmit`, never called: the types are the test. */
export function core(client: Client) {
  expectTypeOf(client.get<number>("/a")).toEqualTypeOf<Promise<number>>();
  expectTypeOf(client.get("/a")).toEqualTypeOf<Promise<unknown>>();
  expectTypeOf(client.post<string>("/a", { any: 1 }, { idempotencyKey: "k" })).toEqualTypeOf<Promise<string>>();
  expectTypeOf(client.send("order", "1", { Place: {} })).toEqualTypeOf<Promise<Receipt>>();
  expectTypeOf(client.subscribe).parameter(1).parameter(0).toEqualTypeOf<TopicEvent>();
  expectTypeOf(client.connection.get()).toEqualTypeOf<ConnectionState>();
  expectTypeOf(client.session.get()).toEqualTypeOf<Session | null | undefined>();
  client.watch<{ n: number }>("q", {}, ({ data, error }) => {
    expectTypeOf(data).toEqualTypeOf<{ n: number } | undefined>();
    expectTypeOf(error).toEqualTypeOf<ProblemError | undefined>();
  });
  // @ts-expect-error an action is an object
  void client.send("order", "1", "Place");
  // @ts-expect-error reads carry no idempotency key
  void client.get("/a", { idempotencyKey: "k" });
  // @ts-expect-error a session is signed in and out, never set
  client.session.set(null);
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
  expectTypeOf(useQuery<number>("q", {})).toEqualTypeOf<QueryState<number>>();
  expectTypeOf(useFetch<number>(null)).toEqualTypeOf<FetchState<number>>();
  expectTypeOf<SessionHandle["session"]>().toEqualTypeOf<Session | null | undefined>();
  useSubscription(["a"], (event) => expectTypeOf(event).toEqualTypeOf<TopicEvent>());
}

test("the types hold, or tsc would have failed", () => {});
