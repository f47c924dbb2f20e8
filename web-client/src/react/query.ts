import { useMemo, useSyncExternalStore } from "react";
import type { ProblemError } from "../problem.js";
import type { AnyApi } from "../api.js";
import type { Client, QueryResult } from "../types.js";
import { createValue } from "../value.js";
import { useClient } from "./provider.js";

export interface QueryState<T> {
  /** Kept when a later answer is an error. */
  data?: T;
  error?: ProblemError;
  status: "pending" | "success" | "error";
  /** Position the data reflects. */
  position?: number;
}

export const pending: QueryState<never> = { status: "pending" };

/** A live query over the socket, while mounted. `params` are compared by their JSON. */
export function useQuery<T>(name: string, params: unknown, opts: { skip?: boolean } = {}): QueryState<T> {
  const client = useClient();
  const key = opts.skip ? null : JSON.stringify([name, params]);
  const store = useMemo(() => createQueryStore<T>(client, key), [client, key]);
  return useSyncExternalStore(store.subscribe, store.get, () => pending);
}

function createQueryStore<T>(client: Client, key: string | null) {
  const store = createValue<QueryState<T>>(pending, () => {
    if (key === null) return;
    const [name, params] = JSON.parse(key) as [string, unknown];
    return (client as Client<AnyApi>).watch(name, params, (answer) => {
      const result = answer as QueryResult<T>;
      const { data, position } = store.get();
      store.set(result.error ? { data, position, ...result, status: "error" } : { ...result, status: "success" });
    });
  });
  return store;
}
