import type { Frame } from "../connection.js";
import type { Backend, Line } from "./backend.js";
import { toResponse, type Routes } from "./http.js";
import type { TestBrowser, TestNetwork } from "./types.js";

export interface OwnBrowser extends TestBrowser {
  setCookie(next: string): void;
}

/** A browser on the network, without the network: calls take a turn of the microtask queue each way. */
export function createBrowser(backend: Backend, routes: Routes, network: () => TestNetwork): OwnBrowser {
  let cookie = "";
  const fetch = async (input: string | URL | Request, init: RequestInit = {}): Promise<Response> => {
    const { pathname, search } = new URL(String(input));
    const headers = Object.fromEntries(new Headers({ ...(init.headers as Record<string, string>), cookie }));
    await turn();
    init.signal?.throwIfAborted();
    if (network() === "down") throw new TypeError("the network is down");
    const answer = routes.serve(`${init.method ?? "GET"} ${pathname}${search}`, headers, String(init.body ?? ""));
    await turn();
    init.signal?.throwIfAborted();
    if (answer === "hang up") throw new TypeError("the server hung up");
    cookie = answer.headers?.["Set-Cookie"] ?? cookie;
    return toResponse(answer);
  };

  const open = () => connect(backend, network, () => routes.userOf(cookie));
  const WebSocket = function () {
    return open();
  };
  return {
    fetch,
    WebSocket: WebSocket as unknown as typeof globalThis.WebSocket,
    setCookie: (next) => (cookie = next),
  };
}

/** The part of a WebSocket that the client uses. */
type Socket = Pick<WebSocket, "onopen" | "onmessage" | "onclose" | "onerror" | "readyState" | "send" | "close">;

function connect(backend: Backend, network: () => TestNetwork, user: () => string | null): Socket {
  let line: Line | undefined;

  const end = (code: number, reason: string) => {
    if (line) backend.lines.delete(line);
    if (socket.readyState === 3) return;
    Object.assign(socket, { readyState: 3 });
    later(() => socket.onclose?.call(null!, { code, reason, wasClean: code !== 1006 } as CloseEvent));
  };
  const deliver = (frame: Frame) => {
    if (network() === "silent") return;
    const data = JSON.stringify(frame);
    later(() => socket.readyState === 1 && socket.onmessage?.call(null!, { data } as MessageEvent));
  };

  const socket: Socket = {
    onopen: null,
    onmessage: null,
    onclose: null,
    onerror: null,
    readyState: 0,
    send(data) {
      later(() => network() === "ok" && line && backend.lines.has(line) && backend.receive(line, String(data)));
    },
    close: (code = 1005, reason = "") => end(code, reason),
  };

  later(() => {
    if (socket.readyState === 3) return;
    if (network() === "down" || network() === "no sockets") return end(1006, "");
    line = backend.accept(user(), { send: deliver, close: end });
    Object.assign(socket, { readyState: 1 });
    socket.onopen?.call(null!, {} as Event);
  });
  return socket;
}

const turn = () => Promise.resolve();

function later(run: () => unknown): void {
  void turn().then(run);
}
