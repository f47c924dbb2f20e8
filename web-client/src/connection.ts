import { jitter } from "./backoff.js";
import type { CloseReport, ConnectionState, Readable } from "./types.js";
import { createValue } from "./value.js";

/** Milliseconds a socket may take to open, and a ping to be answered. */
const patience = 10_000;
/** Milliseconds of silence after which a ping is sent; the server itself pings every 30 s. */
const quiet = 40_000;
/** Milliseconds a socket must have lived for the next failure to count as the first. */
const proven = 10_000;
/** An overloaded server is given at least this attempt's pause: up to 4 s. */
const overloadedAttempt = 4;

export type Frame = Record<string, unknown>;

export interface ConnectionParts {
  address: () => string;
  WebSocket: () => typeof WebSocket;
  random: () => number;
  /** A new socket is open: ask for everything again. */
  onOpen: () => void;
  onFrame: (frame: Frame) => void;
  onClose: (close: CloseReport) => void;
}

export interface Connection {
  readonly state: Readable<ConnectionState>;
  /** Opens the socket unless it is open, on its way, or stopped. */
  start(): void;
  /** Sends a frame when open; otherwise `onOpen` will ask again. Tells whether it went out. */
  send(frame: Frame): boolean;
  /** Reconnects at once if ever started, stopped or not: the identity has changed. */
  restart(): void;
  /** Ends it for good. */
  close(): void;
}

/** Makes the one socket of a client: reconnects, notices a dead line, obeys the close codes. */
export function createConnection(parts: ConnectionParts): Connection {
  const state = createValue<ConnectionState>("idle");
  let socket: WebSocket | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let attempt = 0;
  let openedAt = 0;
  let ended = false;

  const after = (milliseconds: number, run: () => void) => {
    clearTimeout(timer);
    timer = setTimeout(run, milliseconds);
  };

  const send = (frame: Frame) => {
    if (state.get() !== "open") return false;
    socket?.send(JSON.stringify(frame));
    return true;
  };

  const drop = () => {
    clearTimeout(timer);
    const dropped = socket;
    socket = undefined;
    if (!dropped) return;
    dropped.onopen = dropped.onmessage = dropped.onclose = null;
    dropped.close();
  };

  const lost = (code: number, reason: string) => {
    drop();
    const stopped = code === 4400 || code === 4401 || code === 4403;
    if (openedAt && Date.now() - openedAt >= proven) attempt = 0;
    if (code === 1013 || code === 4429) attempt = Math.max(attempt, overloadedAttempt);
    if (!stopped) after(jitter(attempt++, parts.random), connect);
    state.set(stopped ? "closed" : "waiting");
    parts.onClose({ code, reason, opened: openedAt > 0, stopped });
  };

  const ping = () => {
    send({ type: "ping" });
    after(patience, () => lost(4408, "no pong"));
  };

  const connect = () => {
    drop();
    openedAt = 0;
    const opening = new (parts.WebSocket())(parts.address());
    socket = opening;
    after(patience, () => lost(4408, "no answer"));
    opening.onopen = () => {
      openedAt = Date.now();
      after(quiet, ping);
      state.set("open");
      parts.onOpen();
    };
    opening.onmessage = ({ data }) => {
      after(quiet, ping);
      const frame = parseFrame(data);
      if (frame?.type === "ping") send({ type: "pong" });
      else if (frame) parts.onFrame(frame);
    };
    opening.onclose = ({ code, reason }) => lost(code, reason);
    opening.onerror = () => {};
    state.set("connecting");
  };

  /** The network is back or the page is seen again: timers may have slept, so act now. */
  const wake = () => {
    if (globalThis.document?.visibilityState === "hidden") return;
    if (state.get() === "waiting") connect();
    else if (state.get() === "open") ping();
  };
  const listen = (change: "addEventListener" | "removeEventListener") => {
    globalThis.window?.[change]("online", wake);
    globalThis.document?.[change]("visibilitychange", wake);
  };

  return {
    state,
    send,
    start() {
      if (ended || state.get() !== "idle") return;
      listen("addEventListener");
      connect();
    },
    restart() {
      if (ended || state.get() === "idle") return;
      attempt = 0;
      connect();
    },
    close() {
      ended = true;
      drop();
      listen("removeEventListener");
      state.set("closed");
    },
  };
}

/** The frame in a message; undefined for what is not an object of JSON. */
function parseFrame(data: unknown): Frame | undefined {
  try {
    const frame: unknown = JSON.parse(String(data));
    return typeof frame === "object" && frame !== null ? (frame as Frame) : undefined;
  } catch {
    return undefined;
  }
}
