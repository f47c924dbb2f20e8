import type { Frame } from "./connection.js";
import { problemOfFrame, type ProblemError } from "./problem.js";
import type { Action, Receipt } from "./types.js";

interface Pending {
  frame: Frame;
  promise: Promise<Receipt>;
  resolve: (receipt: Receipt) => void;
  reject: (problem: ProblemError) => void;
}

/** Commands that have no answer yet. The id makes sending one again harmless. */
export interface Commands {
  send(id: string, store: string, key: string, action: Action): Promise<Receipt>;
  /** Sends all of them again, in their order. */
  resend(): void;
  /** Takes an `ack` or `error` frame; false when it answers no command. */
  settle(frame: Frame): boolean;
  rejectAll(problem: ProblemError): void;
}

export function createCommands(send: (frame: Frame) => void): Commands {
  const pending = new Map<string, Pending>();
  return {
    send(id, store, key, action) {
      const same = pending.get(id);
      if (same) return same.promise;
      const frame = { type: "command", id, store, key, action };
      let settle!: Pick<Pending, "resolve" | "reject">;
      const promise = new Promise<Receipt>((resolve, reject) => (settle = { resolve, reject }));
      pending.set(id, { frame, promise, ...settle });
      send(frame);
      return promise;
    },
    resend() {
      for (const { frame } of pending.values()) send(frame);
    },
    settle(frame) {
      const id = String(frame.id);
      const command = pending.get(id);
      if (!command) return false;
      pending.delete(id);
      if (frame.type === "error") {
        command.reject(problemOfFrame(frame));
        return true;
      }
      const { store, key, version, position } = frame as unknown as Receipt;
      command.resolve({ store, key, version, position });
      return true;
    },
    rejectAll(problem) {
      for (const { reject } of pending.values()) reject(problem);
      pending.clear();
    },
  };
}
