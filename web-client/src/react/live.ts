import type { ProblemError } from "../problem.js";
import type { Client } from "../types.js";
import { createValue, type Value } from "../value.js";

/** What a query answered last. */
export type QueryState<T> =
  | { status: "pending"; data?: undefined; error?: undefined; position?: undefined }
  /** `position` is the one in the log that the data reflects. */
  | { status: "success"; data: T; error?: undefined; position?: number }
  /** The data of an earlier answer is kept. */
  | { status: "error"; data?: T; error: ProblemError; position?: number };

export const pending: QueryState<never> = { status: "pending" };

/** Milliseconds for which a suspended component may still come back for its answer. */
const answerKept = 10_000;
/** The same for an error, which is rendered at once: an error boundary that is reset later asks anew. */
const errorKept = 1_000;

/** The queries of one client: each is asked once, however many components show it, and ends with the last of them. */
export interface LiveQueries {
  get(key: string): QueryState<unknown>;
  subscribe(key: string, listener: () => void): () => void;
  /** Asks before anybody is mounted. Resolves with the first answer, be it an error. */
  answered(key: string): Promise<void>;
}

interface Entry {
  state: Value<QueryState<unknown>>;
  answered?: Promise<void>;
}

/** Kept beside the client and not in a context: a tree that suspends while it mounts loses its state, and would ask forever. */
const queriesOfClients = new WeakMap<Client, LiveQueries>();

export function liveQueriesOf(client: Client): LiveQueries {
  const known = queriesOfClients.get(client);
  if (known) return known;
  const made = createLiveQueries(client);
  queriesOfClients.set(client, made);
  return made;
}

/** The key of a query, which is all of it. */
export function keyOf(name: string, params: unknown): string {
  return JSON.stringify([name, params]);
}

function createLiveQueries(client: Client): LiveQueries {
  const entries = new Map<string, Entry>();

  const entryOf = (key: string): Entry => {
    const known = entries.get(key);
    if (known) return known;
    const [name, params] = JSON.parse(key) as [string, unknown];
    const state = createValue<QueryState<unknown>>(pending, (set) => {
      const end = client.watch(name, params, ({ data, position, error }) => {
        const before = state.get();
        set(error ? { ...before, status: "error", error } : { status: "success", data, position });
      });
      return () => {
        entries.delete(key);
        end();
      };
    });
    const entry = { state };
    entries.set(key, entry);
    return entry;
  };

  const subscribe = (key: string, listener: () => void) => {
    const leave = entryOf(key).state.subscribe(listener);
    // Whoever mounts in the same turn, as in StrictMode or from page to page, takes the query over.
    return () => queueMicrotask(leave);
  };

  const waitFor = (key: string) => {
    let leave!: () => void;
    const answer = new Promise<void>((resolve) => {
      // Not while rendering: the connection's state changes with the first query, and others show it.
      queueMicrotask(() => (leave = subscribe(key, resolve)));
    });
    void answer.then(() => setTimeout(leave, entryOf(key).state.get().error ? errorKept : answerKept));
    return answer;
  };

  return {
    get: (key) => entries.get(key)?.state.get() ?? pending,
    subscribe,
    answered(key) {
      const entry = entryOf(key);
      return (entry.answered ??= waitFor(key));
    },
  };
}
