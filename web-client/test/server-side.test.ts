import { expect, test, vi } from "vitest";

/** As a server renders: no window, no storage, no WebSocket, nothing to resolve "/api" against. */
test("importing and creating a client does nothing where there is no browser", async () => {
  const touched = vi.fn();
  vi.stubGlobal("fetch", touched);
  vi.stubGlobal("setTimeout", touched);
  vi.stubGlobal("WebSocket", undefined);
  Object.defineProperty(globalThis, "localStorage", { configurable: true, get: touched });
  try {
    const { createClient } = await import("../src/index.js");
    const client = createClient({ url: "/api" });
    expect([client.connection.get(), client.pending.get(), client.session.get()]).toEqual(["idle", [], undefined]);
    client.close();
    expect(touched).not.toHaveBeenCalled();
  } finally {
    Reflect.deleteProperty(globalThis, "localStorage");
    vi.unstubAllGlobals();
  }
});
