import type {
  ActionOf,
  AnyApi,
  ApiShape,
  ParamsOf,
  PublishedOf,
  QueryName,
  RegisteredApi,
  ResultOf,
  StoreName,
  TopicName,
} from "./api.js";
import type { Action } from "./action.js";
import type { Request } from "./http.js";
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
  /**
   * Keeps a signed-in user's unanswered commands over a reload, as plain JSON under the socket's address; null for
   * nothing. Default: localStorage where there is one. One that is full, broken or forbidden only forgets.
   */
  storage?: Pick<Storage, "getItem" | "setItem" | "removeItem"> | null;
  /** Source of jitter in [0, 1). Default: Math.random. */
  random?: () => number;
  /** Told of a refused command that nobody waits for: its page was reloaded before the answer. */
  onRefused?: (command: PendingCommand<AnyApi>, error: ProblemError) => void;
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

/** A committed, durable command. */
export interface Receipt {
  store: string;
  key: string;
  /** Version of the stream after the command. */
  version: number;
  /** Position in the log; later reads of this client wait for it. */
  position: number;
}

interface Pending<S extends string, C> {
  /** The command's id: sent twice it is applied once. */
  id: string;
  store: S;
  key: string;
  action: C;
  /** When it was made, in milliseconds since 1970. */
  since: number;
  /** `sent` is on its way and may have been applied; `queued` waits for a connection or for those before it. */
  state: "queued" | "sent";
}

/** A command that has no answer yet; narrows by `store`. */
export type PendingCommand<A extends ApiShape = RegisteredApi> = {
  [S in StoreName<A>]: Pending<S, ActionOf<A, S>>;
}[StoreName<A>];

/** A fact of a topic; `seq` is its position and the resume cursor. */
export interface TopicEvent<E = Action> {
  topic: string;
  seq: number;
  action: E;
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

/**
 * `waiting` is the pause before a reconnect; `closed` means no reconnect by itself. In `fallback` no socket can be
 * opened, but HTTP answers: commands and queries go there, live queries are asked again 5 s after each answer, topics
 * wait. Meanwhile the socket is tried again.
 */
export type ConnectionState = "idle" | "connecting" | "open" | "waiting" | "fallback" | "closed";

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
  /** Absolute address of an auth route, such as "/magic-link/send". */
  address(path: string): string;
  /** What `get`, `post` and the others are, for an absolute address. The flows of `./auth` are made of it. */
  request: Request;
  /** Takes over the session that a sign-in was answered; the socket reconnects with the new identity. */
  begin(answer: Session): Session;
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

/** A client of one backend, typed from its API: the registered one unless another is named. */
export interface Client<A extends ApiShape = RegisteredApi> {
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

  /**
   * Sends a command after those sent before it; over reconnects and reloads again under the same id until it is
   * answered. Refusals for load are tried again like those of HTTP. Rejects with ProblemError: the server's refusal,
   * `queue_full` when 256 wait, `closed` when the client or the session has ended, and for a visitor `network` when
   * the line was lost before the answer, as only a user's command can be sent again without being applied twice.
   */
  send<S extends StoreName<A>>(store: S, key: string, action: ActionOf<A, S>, opts?: { id?: string }): Promise<Receipt>;
  /** The commands without an answer, in the order in which they were made. */
  readonly pending: Readable<readonly PendingCommand<A>[]>;
  /** Delivers the topics' events in log order, none missed, none twice, over reconnects. Returns the end of it. */
  subscribe<T extends TopicName<A>>(
    topics: readonly T[],
    onEvent: (e: TopicEvent<PublishedOf<A, T>>) => void,
    opts?: SubscribeOptions,
  ): () => void;
  /**
   * Runs a registered query once. Rejects with ProblemError, or with the signal's reason. Waits for a connection;
   * 429, 503 and 504 are tried again, at most three times.
   */
  query<N extends QueryName<A>>(name: N, params: ParamsOf<A, N>, init?: ReadInit): Promise<ResultOf<A, N>>;
  /** Runs a registered query, and again whenever its topics see an event. Returns the end of it. */
  watch<N extends QueryName<A>>(
    name: N,
    params: ParamsOf<A, N>,
    observer: (result: QueryResult<ResultOf<A, N>>) => void,
  ): () => void;

  readonly connection: Readable<ConnectionState>;
  readonly session: SessionStore;
  /** Ends the socket and gives up unanswered commands and queries, for good. */
  close(): void;
}
