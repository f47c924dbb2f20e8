export { useCommand, type Command } from "./command.js";
export { useFetch, type FetchState } from "./fetch.js";
export { ClientProvider, useClient, useConnectionState } from "./provider.js";
export { useQuery, type QueryState } from "./query.js";
export { useSession, type SessionHandle } from "./session.js";
export { useSubscription } from "./subscription.js";
