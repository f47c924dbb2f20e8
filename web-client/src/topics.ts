import type { Frame } from "./connection.js";
import type { Position } from "./position.js";
import { isTransient, problemOfFrame, type ProblemError } from "./problem.js";
import type { SubscribeOptions, TopicEvent } from "./types.js";

interface Listener {
  /** The last seq delivered, by topic. Undefined until the subscription has begun. */
  cursors: Map<string, number | undefined>;
  onEvent: (event: TopicEvent) => void;
  options: SubscribeOptions;
}

interface Topic {
  /** Id of the subscribe frame in force: answers to earlier ones are stale. */
  id: string;
  /** Whether it was answered. Events before that belong to an earlier subscription. */
  live: boolean;
  /** Transient refusals in a row. */
  refusals: number;
  listeners: Set<Listener>;
}

/** How topics and queries ask the server. */
export interface AskParts {
  /** Tells whether the frame went out. */
  send: (frame: Frame) => boolean;
  nextId: () => string;
  /** Runs `again` after the pause that a transient refusal calls for. */
  retry: (problem: ProblemError, attempt: number, again: () => void) => void;
}

/**
 * The topics somebody listens to. Each has its own subscribe frame, so that its cursor, its refusal
 * and its resync concern nothing else. Every listener has its own cursor: one that asks for the past
 * makes the server replay the topic, and the others see nothing twice.
 */
export interface Topics {
  subscribe(topics: readonly string[], onEvent: (event: TopicEvent) => void, options: SubscribeOptions): () => void;
  /** Asks for all of them on a new socket. */
  resend(): void;
  /** Takes `subscribed`, `event`, `resync` and `error` frames of topics; false for all else. */
  receive(frame: Frame): boolean;
}

export function createTopics({ send, nextId, retry }: AskParts, position: Position): Topics {
  const topics = new Map<string, Topic>();

  const ask = (name: string, topic: Topic) => {
    const cursors = [...topic.listeners].map((listener) => listener.cursors.get(name));
    const known = cursors.filter((cursor) => cursor !== undefined);
    topic.id = nextId();
    topic.live = false;
    send({ type: "subscribe", id: topic.id, topics: [name], after: known.length ? Math.min(...known) : undefined });
  };

  const askAgain = (name: string, topic: Topic) => {
    send({ type: "unsubscribe", id: nextId(), topics: [name] });
    ask(name, topic);
  };

  const join = (name: string, listener: Listener) => {
    const topic = topics.get(name);
    if (!topic) {
      const created = { id: "", live: false, refusals: 0, listeners: new Set([listener]) };
      topics.set(name, created);
      ask(name, created);
      return;
    }
    const newest = Math.max(...[...topic.listeners].map(({ cursors }) => cursors.get(name) ?? 0));
    topic.listeners.add(listener);
    if (listener.options.after !== undefined) askAgain(name, topic);
    else if (topic.live) queueMicrotask(() => topic.listeners.has(listener) && begin(name, listener, newest));
  };

  /** Starts a listener at `seq`, or starts it over, and tells it what it misses. */
  const begin = (name: string, { cursors, options }: Listener, seq: number) => {
    cursors.set(name, seq);
    guarded(() => options.onResync?.(name, seq));
  };

  const leave = (name: string, listener: Listener) => {
    const topic = topics.get(name);
    if (!topic?.listeners.delete(listener) || topic.listeners.size > 0) return;
    topics.delete(name);
    send({ type: "unsubscribe", id: nextId(), topics: [name] });
  };

  /** Runs for those listening now: handlers may end subscriptions and begin others. */
  const each = (topic: Topic, run: (listener: Listener) => unknown) =>
    Array.from(topic.listeners).forEach((listener) => topic.listeners.has(listener) && guarded(() => run(listener)));

  /** Begins with the listeners whose cursor is `wrong` at `seq`. */
  const moveTo = (name: string, topic: Topic, seq: number, wrong: (cursor: number | undefined) => boolean) => {
    each(topic, (listener) => wrong(listener.cursors.get(name)) && begin(name, listener, seq));
  };

  /** Moves those that lag too far behind; or everybody, when all are ahead of a log that was restored or begun anew. */
  const resync = (name: string, topic: Topic, seq: number) => {
    const oldest = Math.min(...[...topic.listeners].map((listener) => listener.cursors.get(name) ?? 0));
    if (oldest > seq) position.rewind(seq);
    moveTo(name, topic, seq, (cursor = 0) => cursor < seq || oldest > seq);
    if (topics.get(name) === topic) askAgain(name, topic);
  };

  const deliver = (event: TopicEvent, topic: Topic) => {
    each(topic, ({ cursors, onEvent }) => {
      const cursor = cursors.get(event.topic);
      if (cursor === undefined || event.seq <= cursor) return;
      cursors.set(event.topic, event.seq);
      onEvent(event);
    });
  };

  const answered = (frame: Frame) => [...topics].find(([, topic]) => topic.id === frame.id);

  const receivers: Record<string, (frame: Frame) => boolean> = {
    subscribed(frame) {
      const [name, topic] = answered(frame) ?? [];
      if (!name || !topic) return true;
      topic.live = true;
      topic.refusals = 0;
      moveTo(name, topic, frame.seq as number, isNew);
      return true;
    },
    event(frame) {
      const topic = topics.get(frame.topic as string);
      const { type: _, ...event } = frame;
      if (topic?.live) deliver(event as unknown as TopicEvent, topic);
      return true;
    },
    resync(frame) {
      for (const name of frame.topics as string[]) {
        const topic = topics.get(name);
        if (topic) resync(name, topic, frame.seq as number);
      }
      return true;
    },
    error(frame) {
      const [name, topic] = answered(frame) ?? [];
      if (!name || !topic) return false;
      const problem = problemOfFrame(frame);
      each(topic, ({ options }) => options.onError?.(name, problem));
      const { id } = topic;
      if (isTransient(problem)) retry(problem, topic.refusals++, () => topics.get(name)?.id === id && ask(name, topic));
      return true;
    },
  };

  return {
    subscribe(names, onEvent, options) {
      const unique = [...new Set(names)];
      const listener: Listener = { cursors: new Map(unique.map((name) => [name, options.after])), onEvent, options };
      for (const name of unique) join(name, listener);
      return () => unique.forEach((name) => leave(name, listener));
    },
    resend: () => topics.forEach((topic, name) => ask(name, topic)),
    receive: (frame) => receivers[frame.type!]?.(frame) ?? false,
  };
}

const isNew = (cursor: number | undefined) => cursor === undefined;

/** A listener that throws must not keep an event from the others: the error surfaces as uncaught. */
function guarded(run: () => unknown): void {
  try {
    run();
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}
