import { createContext, createElement, useContext, useSyncExternalStore, type ReactNode } from "react";
import type { Client, ConnectionState } from "../types.js";

const ClientContext = createContext<Client | null>(null);

/** Gives the hooks below it their client. It does not close the client: whoever made it does. */
export function ClientProvider({ client, children }: { client: Client; children?: ReactNode }) {
  return createElement(ClientContext.Provider, { value: client }, children);
}

/** The client of the nearest provider. Throws without one. */
export function useClient(): Client {
  const client = useContext(ClientContext);
  if (!client) throw new Error("useClient: no client; wrap the tree in <ClientProvider client={createClient(…)}>");
  return client;
}

export function useConnectionState(): ConnectionState {
  const { connection } = useClient();
  return useSyncExternalStore(connection.subscribe, connection.get, () => "idle" as const);
}
