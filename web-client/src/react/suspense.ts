import { keyOf, liveQueriesOf, type QueryState } from "./live.js";
import { useClient } from "./provider.js";
import { useLiveQuery } from "./query.js";

/** What is shown: an answer, with the error of a later one. */
export type SuspenseQueryState<T> = QueryState<T> & { data: T };

/**
 * As `useQuery`, for a component inside a `<Suspense>`: it renders once there is data. The first answer's error goes to
 * the error boundary; a later one is returned beside the data. A server renders the fallback.
 */
export function useSuspenseQuery<T>(name: string, params: unknown): SuspenseQueryState<T> {
  const queries = liveQueriesOf(useClient());
  const key = keyOf(name, params);
  const state = useLiveQuery(key);
  if (state.status === "pending") throw queries.answered(key);
  if (state.status === "error" && state.position === undefined) throw state.error;
  return state as SuspenseQueryState<T>;
}
