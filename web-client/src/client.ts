import type { AnyApi, ApiShape, RegisteredApi } from "./api.js";
import { createAddresses } from "./address.js";
import { jitter } from "./backoff.js";
import { createCommands } from "./commands.js";
import { createConnection, type Frame } from "./connection.js";
import { createFallback } from "./fallback.js";
import { createRequest, type Method } from "./http.js";
import { randomId } from "./id.js";
import { createPosition } from "./position.js";
import { localProblem, problemOfFrame, type ProblemError } from "./problem.js";
import { createQueries } from "./queries.js";
import { createSession } from "./session.js";
import { createStoredCommands } from "./stored.js";
import { createTopics, type AskParts } from "./topics.js";
import type { Client, ClientOptions, CloseReport, TopicEvent, WriteInit } from "./types.js";

/** Makes a client. Nothing is opened or fetched before first use, so it may be made at module level. */
export function createClient<A extends ApiShape = RegisteredApi>(options: ClientOptions): Client<A> {
  return create(options) as unknown as Client<A>;
}

/** Makes a client that knows no names: types are for its users. */
function create(options: ClientOptions): Client<AnyApi> {
  if (!options.url) throw new TypeError('createClient: url is missing, such as "/api"');
  const random = options.random ?? Math.random;
  const address = createAddresses(options);
  const position = createPosition();
  const request = createRequest({ fetch: options.fetch ?? ((...args) => fetch(...args)), position, random });

  let asked = 0;
  const ask: AskParts = {
    send: (frame) => connection.send(frame),
    nextId: () => `#${++asked}`,
    retry: (problem, attempt, again) => {
      setTimeout(again, (problem.retryAfter ?? 0) * 1000 + jitter(attempt, random));
    },
  };
  const topics = createTopics(ask, position);
  const queries = createQueries(ask, position, isFallback);
  const session = createSession({ request, address: address.auth, onUser });
  const commands = createCommands({
    send: ask.send,
    who: () => session.refresh().then(session.user),
    isFallback,
    stored: createStoredCommands(options.storage, address.socket),
    random,
    onRefused: options.onRefused,
    onWork: () => connection.start(),
  });
  const post = createFallback({
    request,
    address: address.post,
    onFrame,
    onFailure: noFallback,
  });
  /** Why the socket is stopped; undefined while it is not. */
  let stopped: ProblemError | undefined;

  const connection = createConnection({
    address: address.socket,
    WebSocket: () => options.WebSocket ?? WebSocket,
    random,
    post,
    onOpen() {
      topics.resend();
      queries.resend();
      commands.opened();
    },
    onFrame,
    onClose,
  });

  function onFrame(frame: Frame) {
    position.observe(frame.position ?? frame.seq);
    if (topics.receive(frame)) {
      if (frame.type === "resync") queries.rerun();
      return;
    }
    if (!commands.settle(frame)) queries.receive(frame);
  }

  function onClose(close: CloseReport) {
    if (close.stopped) stop(problemOfClose(close));
    if (close.code === 4401) session.ended();
    else if (!close.opened) session.refresh(0).then(() => connection.fallback(true), noFallback);
    options.onClose?.(close);
  }

  function isFallback() {
    return connection.state.get() === "fallback";
  }

  function noFallback() {
    connection.fallback(false);
  }

  function stop(problem: ProblemError) {
    stopped = problem;
    commands.rejectAll(problem);
    queries.rejectAll(problem);
  }

  /** Command ids count per actor: one identity's commands must not be sent again as another's. */
  function onUser(user: string | null, changed: boolean) {
    if (stopped?.code === "closed") return;
    if (changed) {
      stopped = undefined;
      commands.rejectAll(localProblem("closed", "The identity changed before the answer"));
      connection.restart();
    }
    commands.setUser(user);
  }

  const by =
    (method: Method) =>
    async <T>(path: string, body?: unknown, init?: WriteInit) =>
      request<T>(method, address.api(path), body, init);

  return {
    get: async (path, init) => request("GET", address.api(path), undefined, init),
    post: by("POST"),
    put: by("PUT"),
    patch: by("PATCH"),
    delete: by("DELETE"),
    async send(store, key, action, { id = randomId() } = {}) {
      if (stopped) throw stopped;
      return commands.send({ id, store, key, action });
    },
    subscribe(names, onEvent, opts = {}) {
      const end = topics.subscribe(names, onEvent as (event: TopicEvent) => void, opts);
      connection.start();
      return end;
    },
    pending: commands.pending,
    async query(name, params, { signal } = {}) {
      if (stopped) throw stopped;
      const result = queries.once(name, params, signal);
      connection.start();
      return result;
    },
    watch(name, params, observer) {
      const end = queries.watch(name, params, observer);
      connection.start();
      return end;
    },
    connection: connection.state,
    session,
    close() {
      stop(localProblem("closed", "The client is closed"));
      connection.close();
    },
  };
}

function problemOfClose({ code, reason }: CloseReport): ProblemError {
  const codes: Record<number, string> = { 4401: "unauthenticated", 4403: "forbidden" };
  const message = reason || `The server closed the connection (${code})`;
  return problemOfFrame({ code: codes[code] ?? "bad_request", message });
}
