import { WebSocket as NodeWebSocket } from "ws";
import { onTestFinished, vi } from "vitest";
import { createClient, type AnyApi, type ApiShape, type Client, type ClientOptions } from "../src/index.js";
import type { TestBrowser } from "../src/testing/index.js";
import { TestServer } from "./server.js";

/** A running server that stops with the test. */
export async function startServer(): Promise<TestServer> {
  const server = await TestServer.start();
  onTestFinished(() => server.stop());
  return server;
}

/** A client with the cookie jar of a browser and no jitter, closed with the test. */
export function connect<A extends ApiShape = AnyApi>(
  server: TestServer,
  options: Partial<ClientOptions> = {},
): Client<A> {
  let cookie = "";
  class CookieWebSocket extends NodeWebSocket {
    constructor(address: string) {
      super(address, { headers: { cookie } });
    }
  }
  const client = createClient<A>({
    url: `${server.origin}/api`,
    random: () => 0,
    WebSocket: CookieWebSocket as unknown as typeof WebSocket,
    fetch: async (address, init) => {
      const response = await fetch(address, { ...init, headers: { ...init?.headers, cookie } });
      cookie = response.headers.get("Set-Cookie") ?? cookie;
      return response;
    },
    ...options,
  });
  onTestFinished(() => client.close());
  return client;
}

/** A client of a server in memory, without jitter, closed with the test. */
export function connectInMemory<A extends ApiShape = AnyApi>(
  { fetch, WebSocket }: TestBrowser,
  options: Partial<ClientOptions> = {},
): Client<A> {
  const client = createClient<A>({ url: "http://test/api", random: () => 0, fetch, WebSocket, ...options });
  onTestFinished(() => client.close());
  return client;
}

/** What a browser keeps for all pages of an origin. */
export function createStorage(): Pick<Storage, "getItem" | "setItem" | "removeItem"> & { items: Map<string, string> } {
  const items = new Map<string, string>();
  return {
    items,
    getItem: (key) => items.get(key) ?? null,
    setItem: (key, value) => void items.set(key, value),
    removeItem: (key) => void items.delete(key),
  };
}

/** Waits for what real sockets bring, turn by turn of the event loop; the test's timeout bounds it. */
export async function until<T>(found: () => T): Promise<NonNullable<T>> {
  for (;;) {
    const value = found();
    if (value) return value as NonNullable<T>;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** Puts the timers of the client under the test's control; sockets stay real. */
export function controlTime(): void {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"] });
  onTestFinished(() => void vi.useRealTimers());
}
