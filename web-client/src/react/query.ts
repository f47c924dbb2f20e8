import { useCallback, useSyncExternalStore } from "react";
import { keyOf, liveQueriesOf, pending, type QueryState } from "./live.js";
import { useClient } from "./provider.js";

/** A live query over the socket, while mounted. `params` are compared by their JSON. */
export function useQuery<T>(name: string, params: unknown, opts: { skip?: boolean } = {}): QueryState<T> {
  return useLiveQuery(opts.skip ? null : keyOf(name, params), () => pending) as QueryState<T>;
}

/** Shows the query of this key (null: none). Without `onServer` the component renders in browsers only. */
export function useLiveQuery(key: string | null, onServer?: () => QueryState<unknown>): QueryState<unknown> {
  const queries = liveQueriesOf(useClient());
  const subscribe = useCallback(
    (listener: () => void) => (key === null ? () => {} : queries.subscribe(key, listener)),
    [queries, key],
  );
  return useSyncExternalStore(subscribe, () => (key === null ? pending : queries.get(key)), onServer);
}
