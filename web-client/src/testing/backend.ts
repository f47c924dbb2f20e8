import type { Action } from "../action.js";
import type { AnyApi } from "../api.js";
import { parseFrame, type Frame } from "../connection.js";
import { ProblemError } from "../problem.js";
import type { TestCommand, TestServer } from "./types.js";

/** One socket of a client, from the server's side. */
export interface Line {
  user: string | null;
  /** Ids of a visitor's commands count on one line only. */
  id: number;
  topics: Set<string>;
  queries: Map<string, Frame>;
  send(frame: Frame): void;
  close(code: number, reason: string): void;
}

type Told = Pick<TestServer<AnyApi>, "commands" | "queries" | "grant" | "acks">;

/** What is behind the protocol: the log, the sockets, and what was told to answer. */
export function createBackend(told: Told) {
  const lines = new Set<Line>();
  const frames: Frame[] = [];
  const applied: TestCommand[] = [];
  const receipts = new Map<string, Frame>();
  let log: { topic: string; seq: number; action: Action }[] = [];
  let head = 0;
  let trimmed = 0;
  let accepted = 0;

  const sendEvent = (line: Line, event: (typeof log)[number]) =>
    line.send({ type: "event", ...event, meta: { at: "2026-01-01T00:00:00Z", correlation_id: `c${event.seq}` } });

  const rerun = () => lines.forEach((line) => line.queries.forEach((frame) => line.send(query(frame, line.user))));

  const publish = (topic: string, action: Action) => {
    const event = { topic, seq: ++head, action };
    log.push(event);
    for (const line of lines) if (line.topics.has(topic)) sendEvent(line, event);
    rerun();
    return event.seq;
  };

  const subscribe = (line: Line, id: string | undefined, topic: string, after: unknown) => {
    if (!told.grant(topic, line.user)) {
      return line.send({ type: "error", id, code: "forbidden", message: `not yours: ${topic}`, topic });
    }
    if (typeof after === "number" && (after < trimmed || after > head)) {
      return line.send({ type: "resync", topics: [topic], seq: head });
    }
    line.topics.add(topic);
    line.send({ type: "subscribed", id, topics: [topic], seq: head });
    const missed = log.filter((event) => event.topic === topic && event.seq > Number(after ?? Infinity));
    for (const event of missed) sendEvent(line, event);
  };

  const query = ({ id, name, params }: Frame, user: string | null): Frame => {
    try {
      const handler = told.queries[String(name)];
      if (!handler) throw new ProblemError(404, { code: "not_found", message: `no query ${String(name)}` });
      return { type: "result", id, position: head, data: handler(params, user) };
    } catch (thrown) {
      return refusal(id, thrown);
    }
  };

  /** `scope` is where ids count: the user's own, or one line of a visitor. */
  const command = ({ id, store, key, action }: Frame, user: string | null, scope: string): Frame => {
    const name = `${scope} ${String(id)}`;
    const before = receipts.get(name);
    if (before) return before;
    const made = { id, store, key, action, user } as TestCommand;
    try {
      told.commands[made.store]?.(made);
    } catch (thrown) {
      return refusal(id, thrown);
    }
    applied.push(made);
    const ack = { type: "ack", id, store, key, version: 1, position: ++head };
    receipts.set(name, ack);
    rerun();
    return ack;
  };

  const receivers: Record<string, (line: Line, frame: Frame) => void> = {
    ping: (line) => line.send({ type: "pong" }),
    subscribe: (line, { id, topics, after }) => (topics as string[]).forEach((topic) => subscribe(line, id, topic, after)),
    unsubscribe: (line, { topics }) => (topics as string[]).forEach((topic) => line.topics.delete(topic)),
    unquery: (line, { id }) => line.queries.delete(String(id)),
    query(line, frame) {
      if (frame.live) line.queries.set(String(frame.id), frame);
      line.send(query(frame, line.user));
    },
    command(line, frame) {
      const answer = command(frame, line.user, line.user ?? `line ${line.id}`);
      if (told.acks || answer.type === "error") line.send(answer);
    },
  };

  return {
    lines,
    frames,
    applied,
    publish,
    trim(position: number) {
      trimmed = position;
      head = Math.max(head, position);
      log = log.filter((event) => event.seq > position);
    },
    position: () => head,
    close(code: number, reason = "") {
      for (const line of lines) line.close(code, reason);
    },
    accepted: () => accepted,
    /** A new socket, of a user. */
    accept(user: string | null, { send, close }: Pick<Line, "send" | "close">): Line {
      const line = { user, id: ++accepted, topics: new Set<string>(), queries: new Map<string, Frame>(), send, close };
      lines.add(line);
      return line;
    },
    receive(line: Line, text: string) {
      const frame = parseFrame(text);
      if (!frame) return line.close(4400, "not a frame");
      frames.push(frame);
      receivers[String(frame.type)]?.(line, frame);
    },
    /** The answer to one frame by HTTP; undefined when it is neither command nor query. */
    answer(frame: Frame, user: string | null): Frame | undefined {
      if (frame.type !== "command" && frame.type !== "query") return undefined;
      frames.push(frame);
      return frame.type === "query" ? query(frame, user) : command(frame, user, user ?? `request ${frames.length}`);
    },
  };
}

export type Backend = ReturnType<typeof createBackend>;

function refusal(id: string | undefined, thrown: unknown): Frame {
  if (!(thrown instanceof ProblemError)) throw thrown;
  return { type: "error", id, status: thrown.status, retry_after: thrown.retryAfter, ...thrown.details };
}
