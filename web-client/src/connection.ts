import { jitter } from "./backoff.js";
import type { CloseReport, ConnectionState, Readable } from "./types.js";
import { createValue } from "./value.js";

/** Milliseconds a socket may take to open, and a ping to be answered. */
const patience = 10_000;
/** Milliseconds of silence after which a ping is sent; the server itself pings every 30 s. */
const quiet = 40_000;
/** Milliseconds a socket must have lived for the next failure to count as the first. */
const proven = 10_000;
/** After these codes the pause is at least that of this attempt: up to 2 s while a server restarts, 4 s when overloaded. */
const leastAttempt: Record<number, number> = { 1001: 3, 1013: 4, 4429: 4 };
/** How many attempts in a row fail before HTTP stands in. */
const hopeless = 2;

/** A frame; those of the server have an id where they answer one, and a position or seq where they tell one. */
export interface Frame extends Record<string, unknown> {
  type?: string;
  id?: string;
}

export interface ConnectionParts {
  address: () => string;
  WebSocket: () => typeof WebSocket;
  random: () => number;
  /** Sends a command or a query by HTTP. */
  post: (frame: Frame) => void;
  /** A new socket is open, or HTTP stands in for it: ask for everything again. */
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
  /** HTTP was seen to answer, or not to: stands in for a socket that cannot be opened, or no longer. */
  fallback(on: boolean): void;
  /** Ends it for good. */
  close(): void;
}

/** Makes the one socket of a client: reconnects, notices a dead line, obeys the close codes. */
export function createConnection(parts: ConnectionParts): Connection {
  const state = createValue<ConnectionState>("idle");
  let socket: WebSocket | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let attempt = 0;
  /** Attempts that failed since a socket was last open. */
  let failures = 0;
  let openedAt = 0;

  const after = (milliseconds: number, run: () => void) => {
    clearTimeout(timer);
    timer = setTimeout(run, milliseconds);
  };

  const send = (frame: Frame) => {
    if (state.get() === "open") socket?.send(JSON.stringify(frame));
    else if (state.get() === "fallback" && /^(command|query)$/.test(frame.type!)) parts.post(frame);
    else return false;
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
    const opened = openedAt > 0;
    if (!opened) failures++;
    if (opened && Date.now() - openedAt >= proven) attempt = 0;
    attempt = Math.max(attempt, leastAttempt[code] ?? 0);
    if (!stopped) after(jitter(attempt++, parts.random), connect);
    if (stopped) state.set("closed");
    else if (state.get() !== "fallback") state.set("waiting");
    parts.onClose({ code, reason, opened, stopped });
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
      failures = 0;
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
    if (state.get() !== "fallback") state.set("connecting");
  };

  /** The network is back or the page is seen again: timers may have slept, so act now. */
  const wake = () => {
    if (globalThis.document?.visibilityState === "hidden") return;
    if (state.get() === "open") ping();
    else if (state.get() === "waiting" || state.get() === "fallback") connect();
  };
  const listen = (change: "addEventListener" | "removeEventListener") => {
    globalThis.window?.[change]("online", wake);
    globalThis.document?.[change]("visibilitychange", wake);
  };

  return {
    state,
    send,
    start() {
      if (state.get() !== "idle") return;
      listen("addEventListener");
      connect();
    },
    restart() {
      if (state.get() === "idle") return;
      attempt = 0;
      connect();
    },
    fallback(on) {
      if (failures < hopeless || on === (state.get() === "fallback")) return;
      state.set(on ? "fallback" : "waiting");
      if (on) parts.onOpen();
    },
    close() {
      failures = 0;
      drop();
      listen("removeEventListener");
      state.set("closed");
    },
  };
}

/** The frame in a message; undefined for what is not an object of JSON. */
export function parseFrame(data: unknown): Frame | undefined {
  try {
    const frame: unknown = JSON.parse(String(data));
    return Object(frame) === frame ? (frame as Frame) : undefined;
  } catch {
    return undefined;
  }
}
