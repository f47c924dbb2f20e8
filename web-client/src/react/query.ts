import { useCallback, useSyncExternalStore } from "react";
import type { ParamsOf, QueryName, RegisteredApi, ResultOf } from "../api.js";
import { keyOf, liveQueriesOf, pending, type QueryState } from "./live.js";
import { useAnyClient } from "./provider.js";

export interface QueryOptions {
  /** Ask nothing and stay `pending`. Default: false. */
  skip?: boolean;
  /** Ask again whenever something happens to what the query shows. Default: true; otherwise only when mounted. */
  live?: boolean;
}

/**
 * What a query answers, while mounted. `params` are compared by their JSON. Components with the same query share it;
 * it ends with the last of them.
 */
export function useQuery<N extends QueryName<RegisteredApi>>(
  name: N,
  params: ParamsOf<RegisteredApi, N>,
  { skip, live }: QueryOptions = {},
): QueryState<ResultOf<RegisteredApi, N>> {
  return useLiveQuery(skip ? null : keyOf(name, params, live), () => pending) as QueryState<ResultOf<RegisteredApi, N>>;
}

/** Shows the query of this key; null is none. */
export function useLiveQuery(key: string | null, onServer: () => QueryState<unknown>): QueryState<unknown> {
  const queries = liveQueriesOf(useAnyClient());
  const subscribe = useCallback((listener: () => void) => queries.subscribe(key, listener), [queries, key]);
  return useSyncExternalStore(subscribe, () => queries.get(key), onServer);
}
