import { createContext, createElement, useContext, useSyncExternalStore, type ReactNode } from "react";
import type { AnyApi, ApiShape } from "../api.js";
import type { Client, ConnectionState } from "../types.js";

const ClientContext = createContext<Client<AnyApi> | null>(null);

export interface ClientProviderProps<A extends ApiShape> {
  client: Client<A>;
  children?: ReactNode;
}

/** Gives the hooks below it their client. It does not close the client: whoever made it does. */
export function ClientProvider<A extends ApiShape>({ client, children }: ClientProviderProps<A>) {
  return createElement(ClientContext.Provider, { value: client as unknown as Client<AnyApi> }, children);
}

/** The client of the nearest provider. Throws without one. */
export function useClient(): Client {
  return useAnyClient() as unknown as Client;
}

/** The same for the hooks, which know no names: types are for their users. */
export function useAnyClient(): Client<AnyApi> {
  const client = useContext(ClientContext);
  if (!client) throw new Error("useClient: no client; wrap the tree in <ClientProvider client={createClient(…)}>");
  return client;
}

export function useConnectionState(): ConnectionState {
  const { connection } = useAnyClient();
  return useSyncExternalStore(connection.subscribe, connection.get, () => "idle" as const);
}
