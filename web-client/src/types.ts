import type { ProblemError } from "./problem.js";

/** Settings of a client; everything but `url` has a default. */
export interface ClientOptions {
  /** API base: a path such as "/api" in a browser, or an absolute URL anywhere. */
  url: string;
  /** WebSocket endpoint, resolved against `url`. Default: `url` + "/ws". */
  socketPath?: string;
  /** Auth routes, resolved against `url`. Default: "/auth". */
  authPath?: string;
  fetch?: typeof fetch;
  WebSocket?: typeof WebSocket;
  /** Source of jitter in [0, 1). Default: Math.random. */
  random?: () => number;
  /** Told of every lost socket, with what the client does about it. */
  onClose?: (close: CloseReport) => void;
}

/** Why a socket was lost. */
export interface CloseReport {
  /** Close code of the contract; 4408 also when the client itself found the connection dead. */
  code: number;
  reason: string;
  /** False when the socket never opened. */
  opened: boolean;
  /** True when the client will not reconnect by itself (4400, 4401, 4403). */
  stopped: boolean;
}

/** A command on the wire: an object with exactly one key, its wire name. */
export type Action = Record<string, unknown>;

/** A committed, durable command. */
export interface Receipt {
  store: string;
  key: string;
  /** Version of the stream after the command. */
  version: number;
  /** Position in the log; later reads of this client wait for it. */
  position: number;
}

/** A fact of a topic; `seq` is its position and the resume cursor. */
export interface TopicEvent {
  topic: string;
  seq: number;
  action: Action;
  meta: { at: string; correlation_id: string };
}

export interface SubscribeOptions {
  /** Deliver everything after this position first. Default: live from now. */
  after?: number;
  /**
   * Events of `topic` up to `seq` will not be delivered: load a snapshot.
   * Called when a subscription without `after` has begun, and when the log no longer holds the resume cursor.
   */
  onResync?: (topic: string, seq: number) => void;
  /** The topic was refused. It is asked for again after the next reconnect. */
  onError?: (topic: string, error: ProblemError) => void;
}

/** What a live query answered last. */
export interface QueryResult<T> {
  data?: T;
  /** Position the data reflects. */
  position?: number;
  error?: ProblemError;
}

/** `waiting` is the pause before a reconnect; `closed` means no reconnect by itself. */
export type ConnectionState = "idle" | "connecting" | "open" | "waiting" | "closed";

export interface Session {
  /** RFC 3339 time. */
  expires_at: string;
  user: { id: string; email: string; name: string; roles: string[] };
}

/** A value that can be read and watched; fits useSyncExternalStore. */
export interface Readable<T> {
  get(): T;
  /** Calls `listener` after each change until the returned function is called. */
  subscribe(listener: () => void): () => void;
}

/** The signed-in user: undefined while loading, null for a visitor. Loaded on first subscribe or refresh. */
export interface SessionStore extends Readable<Session | null | undefined> {
  /** Asks the server again. Rejects with ProblemError when it cannot be asked. */
  refresh(): Promise<void>;
  sendMagicLink(email: string): Promise<void>;
  /** Signs in; the socket reconnects with the new identity. */
  verifyMagicLink(token: string): Promise<Session>;
  /** Signs out; the socket reconnects as a visitor and unanswered commands are rejected. */
  signOut(): Promise<void>;
}

export interface ReadInit {
  signal?: AbortSignal;
}

export interface WriteInit extends ReadInit {
  /** Default: a random key, kept over retries of this call. */
  idempotencyKey?: string;
  headers?: Record<string, string>;
}

export interface Client {
  /**
   * Reads after all that this client has written or seen (`Store-After`). Rejects with ProblemError, or with the
   * signal's reason. Network failures, 429 and 503 are tried again, at most three times.
   */
  get<T>(path: string, init?: ReadInit): Promise<T>;
  /** As `get`; every try carries the same Idempotency-Key. */
  post<T>(path: string, body?: unknown, init?: WriteInit): Promise<T>;
  put<T>(path: string, body?: unknown, init?: WriteInit): Promise<T>;
  patch<T>(path: string, body?: unknown, init?: WriteInit): Promise<T>;
  delete<T>(path: string, body?: unknown, init?: WriteInit): Promise<T>;

  /** Sends a command over the socket; after a reconnect again under the same id until it is answered. */
  send(store: string, key: string, action: Action, opts?: { id?: string }): Promise<Receipt>;
  /** Delivers the topics' events in log order, none missed, none twice, over reconnects. Returns the end of it. */
  subscribe(topics: string[], onEvent: (e: TopicEvent) => void, opts?: SubscribeOptions): () => void;
  /** Runs a registered query, and again whenever its topics see an event. Returns the end of it. */
  watch<T>(name: string, params: unknown, observer: (result: QueryResult<T>) => void): () => void;

  readonly connection: Readable<ConnectionState>;
  readonly session: SessionStore;
  /** Ends the socket and rejects unanswered commands, for good. */
  close(): void;
}
