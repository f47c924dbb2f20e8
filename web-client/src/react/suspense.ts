import type { ParamsOf, QueryName, RegisteredApi, ResultOf } from "../api.js";
import { isAnswered, keyOf, liveQueriesOf, type QueryState } from "./live.js";
import { useAnyClient } from "./provider.js";
import { useLiveQuery } from "./query.js";

/** An answer, and the error of a later one. */
export type SuspenseQueryState<T> = Exclude<QueryState<T>, { status: "pending" }> & { data: T };

/**
 * As `useQuery`, inside a `<Suspense>`: the component renders once there is data, however often the server is too busy
 * to answer. Any other error before that goes to the error boundary, which may be reset after a second to ask again.
 * A server renders the fallback and leaves the rest to the browser, which `hydrateRoot` reports to `onRecoverableError`.
 */
export function useSuspenseQuery<N extends QueryName<RegisteredApi>>(
  name: N,
  params: ParamsOf<RegisteredApi, N>,
): SuspenseQueryState<ResultOf<RegisteredApi, N>> {
  const queries = liveQueriesOf(useAnyClient());
  const key = keyOf(name, params);
  const state = useLiveQuery(key, notOnServer);
  if (!isAnswered(state)) throw queries.answered(key);
  if (state.status === "error" && state.data === undefined) throw state.error;
  return state as SuspenseQueryState<ResultOf<RegisteredApi, N>>;
}

function notOnServer(): never {
  throw new Error("useSuspenseQuery: a server renders the fallback of the nearest <Suspense>");
}
