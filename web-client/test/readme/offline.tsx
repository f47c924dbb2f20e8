import { useConnectionState, usePendingCommands } from "@composable-go/client/react";

export function Outbox() {
  const commands = usePendingCommands().length;
  const isOffline = useConnectionState() === "waiting";
  return commands > 0 && <p role="status">{`${commands} ${isOffline ? "until you are back online" : "on the way"}`}</p>;
}
