import { useSyncExternalStore } from "react";
import type { PendingCommand } from "../types.js";
import { useClient } from "./provider.js";

const none: readonly PendingCommand[] = [];

/** The commands without an answer, queued ones included, in the order in which they were made. */
export function usePendingCommands(): readonly PendingCommand[] {
  const { pending } = useClient();
  return useSyncExternalStore(pending.subscribe, pending.get, () => none);
}
