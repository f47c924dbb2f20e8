import { useMemo, useSyncExternalStore } from "react";
import type { RegisteredApi, TopicName } from "../api.js";
import { toProblem } from "../problem.js";
import type { Readable } from "../types.js";
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
  const store = useMemo(() => {
    const names = path === null ? [] : (JSON.parse(topics) as string[]);
    return createFetchStore<T>(
      path !== null && ((signal) => client.get(path, { signal })),
      ({ refetch }) => (names.length > 0 ? client.subscribe(names, refetch, { onResync: refetch }) : () => {}),
    );
  }, [client, path, topics]);
  return useFetchStore(store);
}

/** What was loaded last, for as long as somebody listens. */
export interface FetchStore<T> extends Readable<QueryState<T>> {
  /** Loads again: one at a time, and after that which is under way one more. */
  refetch(): void;
  /** Resolves when nothing is under way. */
  loaded(): Promise<void> | undefined;
  /** Forgets what was loaded, and what is under way. */
  forget(): void;
}

export function useFetchStore<T>(store: FetchStore<T>): FetchState<T> {
  const state = useSyncExternalStore(store.subscribe, store.get, () => pending);
  return { ...state, refetch: store.refetch };
}

/** Makes a store of what `load` resolves with (false: nothing). `follow` runs while somebody listens, until its result. */
export function createFetchStore<T>(
  load: false | ((signal: AbortSignal) => Promise<T>),
  follow: (store: FetchStore<T>) => () => void,
): FetchStore<T> {
  let running: AbortController | undefined;
  let loaded: Promise<void> | undefined;
  let again = false;
  const value = createValue<QueryState<T>>(pending, () => {
    refetch();
    const end = follow(store);
    return () => {
      end();
      stop();
    };
  });

  const refetch = () => {
    again = true;
    if (load) loaded ??= run(load, (running = new AbortController()).signal);
  };

  const run = async (load: (signal: AbortSignal) => Promise<T>, signal: AbortSignal) => {
    while (again) {
      again = false;
      const next = await load(signal).then(succeed, fail);
      if (signal.aborted) return;
      value.set(next);
    }
    loaded = undefined;
  };
  const succeed = (data: T): QueryState<T> => ({ data, status: "success" });
  const fail = (thrown: unknown): QueryState<T> => ({ ...value.get(), error: toProblem(thrown), status: "error" });

  const stop = () => {
    running?.abort();
    loaded = undefined;
  };

  const forget = () => {
    stop();
    value.set(pending);
  };

  const store = { get: value.get, subscribe: value.subscribe, refetch, loaded: () => loaded, forget };
  return store;
}
