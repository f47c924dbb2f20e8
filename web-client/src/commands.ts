import type { AnyApi } from "./api.js";
import type { Frame } from "./connection.js";
import { pauseAfter } from "./http.js";
import { localProblem, problemOfFrame, type ProblemError } from "./problem.js";
import type { StoredCommands } from "./stored.js";
import type { ClientOptions, PendingCommand, Readable, Receipt } from "./types.js";
import { createValue } from "./value.js";

/** How many commands may wait. Who makes more than this offline needs another plan than a queue. */
const maxWaiting = 256;

type Command = PendingCommand<AnyApi>;

interface Waiting {
  command: Command;
  promise: Promise<Receipt>;
  resolve: (receipt: Receipt) => void;
  reject: (problem: ProblemError) => void;
  /** Refusals for load so far. */
  retries: number;
}

export interface CommandsParts {
  /** Tells whether the frame went out. */
  send: (frame: Frame) => boolean;
  /** Asks the server who the user is: null for a visitor. */
  who: () => Promise<string | null | undefined>;
  /** Whether each command is a request of its own, which may have another user than the one before. */
  isFallback: () => boolean;
  stored: StoredCommands;
  random: () => number;
  onRefused: ClientOptions["onRefused"];
  /** There are commands to send. */
  onWork: () => void;
}

/**
 * The commands that have no answer yet, sent one after another, so that one which is refused for load is not
 * overtaken. Before the first on each connection the server is asked who the user is: they may have changed in
 * another page, and nobody's command is sent as somebody else's. The id makes sending a user's command again
 * harmless; a visitor's counts on one connection only, so it is given up when that is lost before the answer.
 */
export interface Commands {
  readonly pending: Readable<readonly Command[]>;
  send(command: Omit<Command, "since" | "state">): Promise<Receipt>;
  /** A new connection: sends what waits. */
  opened(): void;
  /** The user is known: keeps their commands, and takes up those from before a reload. */
  setUser(user: string | null): void;
  /** Takes an `ack` or `error` frame; false when it answers no command. */
  settle(frame: Frame): boolean;
  rejectAll(problem: ProblemError): void;
}

export function createCommands({ send, who, isFallback, stored, random, onRefused, onWork }: CommandsParts): Commands {
  const waiting = new Map<string, Waiting>();
  const pending = createValue<readonly Command[]>([]);
  /** Whether the user of the latest connection is known. */
  let line: "none" | "new" | "asking" | "known" = "none";
  /** Counts connections: what began on an earlier one is void. */
  let turn = 0;
  let inFlight: string | undefined;
  let isVisitor = false;

  const changed = () => pending.set(Array.from(waiting.values(), ({ command }) => command));

  const mark = (entry: Waiting, state: Command["state"]) => {
    entry.command = { ...entry.command, state };
    changed();
  };

  const later = (milliseconds: number, run: () => void) => {
    const own = turn;
    setTimeout(() => own === turn && run(), milliseconds);
  };

  const add = (command: Command): Promise<Receipt> => {
    let settle!: Pick<Waiting, "resolve" | "reject">;
    const promise = new Promise<Receipt>((resolve, reject) => (settle = { resolve, reject }));
    waiting.set(command.id, { command, promise, retries: 0, ...settle });
    return promise;
  };

  const remove = (id: string) => {
    waiting.delete(id);
    stored.remove(id);
    if (inFlight === id) inFlight = undefined;
    changed();
  };

  const give = (entry: Waiting, problem: ProblemError) => {
    remove(entry.command.id);
    entry.reject(problem);
  };

  const confirm = async (retries = 0) => {
    const own = turn;
    line = "asking";
    try {
      const user = await who();
      if (own !== turn) return;
      line = "known";
      isVisitor = !user;
      const [first] = waiting.values();
      if (isVisitor && first?.command.state === "sent") {
        give(first, localProblem("network", "The connection was lost before the answer"));
      }
      next();
    } catch (thrown) {
      if (own === turn) later(pauseAfter(thrown, retries, random) ?? 15_000, () => void confirm(retries + 1));
    }
  };

  const next = () => {
    const [entry] = waiting.values();
    if (line === "new" && (entry || stored.any())) void confirm();
    if (line !== "known" || !entry || inFlight !== undefined) return;
    const { id, store, key, action } = entry.command;
    if (!send({ type: "command", id, store, key, action })) return;
    inFlight = id;
    mark(entry, "sent");
  };

  /** Takes up commands from before a reload. They are older than what this page has made since. */
  const adopt = (commands: Command[]) => {
    const since = [...waiting];
    waiting.clear();
    for (const command of commands) add(command).catch((problem: ProblemError) => onRefused?.(command, problem));
    for (const [id, entry] of since) waiting.set(id, entry);
    changed();
    onWork();
    next();
  };

  const refuse = (entry: Waiting, problem: ProblemError) => {
    const pause = pauseAfter(problem, entry.retries++, random);
    // By HTTP a visitor's id means nothing: sent again it may be applied twice.
    if (pause === undefined || (isVisitor && isFallback())) return give(entry, problem);
    mark(entry, "queued");
    later(pause, () => {
      inFlight = undefined;
      next();
    });
  };

  return {
    pending,
    async send(made) {
      const same = waiting.get(made.id);
      if (same) return same.promise;
      if (waiting.size >= maxWaiting) throw localProblem("queue_full", `${maxWaiting} commands wait for an answer`);
      const command: Command = { ...made, since: Date.now(), state: "queued" };
      const receipt = add(command);
      stored.add(command);
      changed();
      onWork();
      next();
      return receipt;
    },
    opened() {
      turn++;
      line = "new";
      inFlight = undefined;
      next();
    },
    setUser(user) {
      const made = pending.get();
      if (stored.setUser(user, adopt)) made.forEach(stored.add);
    },
    settle(frame) {
      const id = frame.id!;
      const entry = waiting.get(id);
      if (!entry) return false;
      if (isFallback()) line = "new";
      if (frame.type === "error") {
        refuse(entry, problemOfFrame(frame));
      } else {
        const { type: _, id: __, ...receipt } = frame;
        remove(id);
        entry.resolve(receipt as unknown as Receipt);
      }
      next();
      return true;
    },
    rejectAll(problem) {
      waiting.forEach((entry) => give(entry, problem));
    },
  };
}
