export { useCommand, type Command } from "./command.js";
export { useFetch, type FetchState } from "./fetch.js";
export { ClientProvider, useClient, useConnectionState } from "./provider.js";
export { useQuery } from "./query.js";
export type { QueryState } from "./live.js";
export { useSession, type SessionHandle } from "./session.js";
export { useSubscription } from "./subscription.js";
export { useSuspenseQuery, type SuspenseQueryState } from "./suspense.js";
