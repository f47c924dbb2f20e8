import type { Frame } from "./connection.js";
import { problemOfFrame, type ProblemError } from "./problem.js";
import type { Action } from "./action.js";
import type { AnyApi } from "./api.js";
import type { PendingCommand, Readable, Receipt } from "./types.js";
import { createValue } from "./value.js";

interface Pending {
  command: PendingCommand<AnyApi>;
  promise: Promise<Receipt>;
  resolve: (receipt: Receipt) => void;
  reject: (problem: ProblemError) => void;
}

/** Commands that have no answer yet. The id makes sending one again harmless. */
export interface Commands {
  readonly pending: Readable<readonly PendingCommand<AnyApi>[]>;
  send(id: string, store: string, key: string, action: Action): Promise<Receipt>;
  /** Sends all of them again, in their order. */
  resend(): void;
  /** Takes an `ack` or `error` frame; false when it answers no command. */
  settle(frame: Frame): boolean;
  rejectAll(problem: ProblemError): void;
}

/** `send` tells whether a frame went out. */
export function createCommands(send: (frame: Frame) => boolean): Commands {
  const waiting = new Map<string, Pending>();
  const pending = createValue<readonly PendingCommand<AnyApi>[]>([]);
  const changed = () => pending.set([...waiting.values()].map(({ command }) => command));

  const transmit = (entry: Pending) => {
    const { id, store, key, action } = entry.command;
    if (send({ type: "command", id, store, key, action })) entry.command = { ...entry.command, state: "sent" };
  };

  return {
    pending: { get: pending.get, subscribe: pending.subscribe },
    send(id, store, key, action) {
      const same = waiting.get(id);
      if (same) return same.promise;
      let settle!: Pick<Pending, "resolve" | "reject">;
      const promise = new Promise<Receipt>((resolve, reject) => (settle = { resolve, reject }));
      const entry: Pending = {
        command: { id, store, key, action, since: Date.now(), state: "queued" },
        promise,
        ...settle,
      };
      waiting.set(id, entry);
      transmit(entry);
      changed();
      return promise;
    },
    resend() {
      waiting.forEach(transmit);
      changed();
    },
    settle(frame) {
      const id = String(frame.id);
      const command = waiting.get(id);
      if (!command) return false;
      waiting.delete(id);
      changed();
      if (frame.type === "error") {
        command.reject(problemOfFrame(frame));
        return true;
      }
      const { store, key, version, position } = frame as unknown as Receipt;
      command.resolve({ store, key, version, position });
      return true;
    },
    rejectAll(problem) {
      for (const { reject } of waiting.values()) reject(problem);
      waiting.clear();
      changed();
    },
  };
}
