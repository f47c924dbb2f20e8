import { useSyncExternalStore } from "react";
import type { Session, SessionStore } from "../types.js";
import { useClient } from "./provider.js";

export interface SessionHandle extends Pick<SessionStore, "signOut"> {
  /** Undefined while loading, null for a visitor. */
  session: Session | null | undefined;
}

export function useSession(): SessionHandle {
  const { session: store } = useClient();
  const session = useSyncExternalStore(store.subscribe, store.get, () => undefined);
  return { session, signOut: store.signOut };
}
