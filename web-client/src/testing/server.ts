import type { AnyApi, ApiShape, RegisteredApi } from "../api.js";
import { createBackend, type Backend } from "./backend.js";
import { createBrowser } from "./browser.js";
import { createRoutes, type Routes } from "./http.js";
import type { TestNetwork, TestServer } from "./types.js";

/**
 * Makes a backend in memory for tests of what uses a client:
 *
 *     const server = createTestServer();
 *     const client = createClient({ url: "http://test/api", fetch: server.fetch, WebSocket: server.WebSocket });
 */
export function createTestServer<A extends ApiShape = RegisteredApi>(): TestServer<A> {
  return assemble((backend, routes) => {
    let network: TestNetwork = "ok";
    const browser = () => createBrowser(backend, routes, () => network);
    const { setCookie, ...own } = browser();
    return {
      ...own,
      browser,
      signIn(id) {
        setCookie(`session=token-${id}`);
        return routes.addUser(id);
      },
      setNetwork(next) {
        network = next;
        if (next === "down" || next === "no sockets") backend.close(1006);
      },
    };
  }) as unknown as TestServer<A>;
}

/** The way to a backend: in memory, or through a port. */
type Network = Pick<TestServer<AnyApi>, "fetch" | "WebSocket" | "browser" | "signIn" | "setNetwork">;

/** Makes a server, whatever the way to it. */
export function assemble(connect: (backend: Backend, routes: Routes) => Network): TestServer<AnyApi> {
  const told: Pick<TestServer<AnyApi>, "commands" | "queries" | "routes" | "grant" | "acks"> = {
    commands: {},
    queries: {},
    routes: {},
    grant: () => true,
    acks: true,
  };
  const backend = createBackend(told);
  const routes = createRoutes(backend, told.routes);
  const { frames, applied, publish, trim, position, accepted, close } = backend;
  return Object.assign(told, connect(backend, routes), {
    publish,
    trim,
    position,
    close,
    frames,
    applied,
    accepted,
    addUser: routes.addUser,
    account: routes.account,
    providers: routes.providers,
    confirmed: routes.confirmed,
    revoke: routes.revoke,
    requests: routes.requests,
    broadcast: (frame: Record<string, unknown>) => backend.lines.forEach((line) => line.send(frame)),
    users: () => Array.from(backend.lines, ({ user }) => user),
  });
}
