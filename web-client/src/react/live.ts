import type { AnyApi } from "../api.js";
import { isTransient, toProblem, type ProblemError } from "../problem.js";
import type { Client } from "../types.js";
import { createValue, type Value } from "../value.js";

/** What a query answered last. */
export type QueryState<T> =
  | { status: "pending"; data?: undefined; error?: undefined; position?: undefined }
  /** `position` is the one in the log that the data of a live query reflects. */
  | { status: "success"; data: T; error?: undefined; position?: number }
  /** The data of an earlier answer is kept. */
  | { status: "error"; data?: T; error: ProblemError; position?: number };

export const pending: QueryState<never> = { status: "pending" };

/** Whether there is something to show: data, or an error that trying again does not help. */
export function isAnswered({ status, data, error }: QueryState<unknown>): boolean {
  return status === "success" || data !== undefined || (error !== undefined && !isTransient(error));
}

/** Milliseconds for which a suspended component may still come back for its answer. */
const answerKept = 10_000;
/** The same for an error, which is rendered at once: an error boundary that is reset later asks anew. */
const errorKept = 1_000;

/** The queries of one client: each is asked once, however many components show it, and ends with the last of them. */
export interface LiveQueries {
  get(key: string | null): QueryState<unknown>;
  subscribe(key: string | null, listener: () => void): () => void;
  /** Asks before anybody is mounted, and resolves when `isAnswered`. */
  answered(key: string): Promise<void>;
  /** Has a query that somebody shows ask again. */
  again(key: string | null): void;
}

interface Entry {
  state: Value<QueryState<unknown>>;
  ask(): void;
  answered?: Promise<void>;
}

/** Kept beside the client and not in a context: a tree that suspends while it mounts loses its state, and would ask forever. */
const queriesOfClients = new WeakMap<Client<AnyApi>, LiveQueries>();

export function liveQueriesOf(client: Client<AnyApi>): LiveQueries {
  const known = queriesOfClients.get(client);
  if (known) return known;
  const made = createLiveQueries(client);
  queriesOfClients.set(client, made);
  return made;
}

/** The key of a query: all that is asked. */
export function keyOf(name: string, params: unknown, live = true): string {
  return JSON.stringify([name, params, live]);
}

function createLiveQueries(client: Client<AnyApi>): LiveQueries {
  const entries = new Map<string, Entry>();

  const entryOf = (key: string): Entry => {
    const known = entries.get(key);
    if (known) return known;
    const entry = createEntry(client, key, () => entries.delete(key));
    entries.set(key, entry);
    return entry;
  };

  const subscribe = (key: string | null, listener: () => void) => {
    if (key === null) return () => {};
    const leave = entryOf(key).state.subscribe(listener);
    // Whoever mounts in the same turn, as in StrictMode or from page to page, takes the query over.
    return () => queueMicrotask(leave);
  };

  const firstAnswer = (key: string) => {
    let leave!: () => void;
    const answer = new Promise<void>((resolve) => {
      const look = () => isAnswered(entryOf(key).state.get()) && resolve();
      // Not while rendering: the connection's state changes with the first query, and others show it.
      queueMicrotask(() => (leave = subscribe(key, look)));
    });
    void answer.then(() => {
      const entry = entryOf(key);
      entry.answered = undefined;
      setTimeout(leave, entry.state.get().error ? errorKept : answerKept);
    });
    return answer;
  };

  return {
    get: (key) => entries.get(key ?? "")?.state.get() ?? pending,
    subscribe,
    answered(key) {
      const entry = entryOf(key);
      return (entry.answered ??= firstAnswer(key));
    },
    again: (key) => entries.get(key ?? "")?.ask(),
  };
}

/** One query, asked while somebody listens. */
function createEntry(client: Client<AnyApi>, key: string, onEnd: () => void): Entry {
  const [name, params, live] = JSON.parse(key) as [string, unknown, boolean];
  let end = () => {};
  const state = createValue<QueryState<unknown>>(pending, () => {
    ask();
    return () => {
      onEnd();
      end();
    };
  });
  const succeed = (data: unknown, position?: number) => state.set({ status: "success", data, position });
  const fail = (error: ProblemError) => state.set({ ...state.get(), status: "error", error });

  const askOnce = () => {
    const stop = new AbortController();
    client.query(name, params, { signal: stop.signal }).then(succeed, (thrown) => fail(toProblem(thrown)));
    return () => stop.abort();
  };
  const watch = () =>
    client.watch(name, params, ({ data, position, error }) => (error ? fail(error) : succeed(data, position)));

  const ask = () => {
    end();
    end = live ? watch() : askOnce();
  };
  return { state, ask };
}
