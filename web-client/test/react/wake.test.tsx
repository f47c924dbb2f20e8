// @vitest-environment jsdom
import { expect, test } from "vitest";
import { connect, startServer, until } from "../setup.js";

test.each([
  ["online", () => window.dispatchEvent(new Event("online"))],
  ["visible", () => document.dispatchEvent(new Event("visibilitychange"))],
])("a page that becomes %s reconnects at once and probes an open line", async (_, wake) => {
  const server = await startServer();
  const slow = connect(server, { random: () => 1 });
  slow.subscribe(["a"], () => {});
  await until(() => server.framesOf("subscribe").length);
  wake();
  await until(() => server.framesOf("ping").length);
  for (let loss = 1; loss <= 6; loss++) {
    server.terminateAll();
    await until(() => slow.connection.get() === "waiting");
    wake();
    expect(slow.connection.get()).toBe("connecting");
    await until(() => slow.connection.get() === "open" && server.sockets.size === 1);
  }
});
