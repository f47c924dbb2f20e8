import { useMemo, useSyncExternalStore } from "react";
import type { AnyApi, RegisteredApi, TopicName } from "../api.js";
import { toProblem } from "../problem.js";
import type { Client } from "../types.js";
import { createValue } from "../value.js";
import { pending, type QueryState } from "./live.js";
import { useAnyClient } from "./provider.js";

export type FetchState<T> = QueryState<T> & {
  /** Asks again now; the old data stays until the answer. */
  refetch(): void;
};

/** A GET of `path` (null: nothing), and again whenever one of the topics sees an event. */
export function useFetch<T>(path: string | null, opts: { topics?: readonly TopicName<RegisteredApi>[] } = {}): FetchState<T> {
  const client = useAnyClient();
  const topics = JSON.stringify(opts.topics ?? []);
  const store = useMemo(
    () => createFetchStore<T>(client, path, JSON.parse(topics) as string[]),
    [client, path, topics],
  );
  const state = useSyncExternalStore(store.subscribe, store.get, () => pending);
  return { ...state, refetch: store.refetch };
}

function createFetchStore<T>(client: Client<AnyApi>, path: string | null, topics: string[]) {
  const store = createValue<QueryState<T>>(pending, () => {
    refetch();
    const end = path !== null && topics.length > 0 ? client.subscribe(topics, refetch, { onResync: refetch }) : undefined;
    return () => {
      end?.();
      running?.abort();
      running = undefined;
    };
  });
  let running: AbortController | undefined;
  let again = false;

  /** Runs one GET at a time: events that come meanwhile ask for exactly one more. */
  const refetch = () => {
    if (path === null) return;
    again = running !== undefined;
    if (!again) void run(path);
  };

  const run = async (path: string) => {
    const own = (running = new AbortController());
    const next = await load(path, own.signal);
    if (own.signal.aborted) return;
    running = undefined;
    store.set(next);
    if (again) refetch();
  };

  const load = async (path: string, signal: AbortSignal): Promise<QueryState<T>> => {
    try {
      return { data: await client.get<T>(path, { signal }), status: "success" };
    } catch (thrown) {
      return { ...store.get(), error: toProblem(thrown), status: "error" };
    }
  };

  return { ...store, refetch };
}
