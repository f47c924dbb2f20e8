import { expect, test, vi } from "vitest";
import type { Client, CloseReport } from "../src/index.js";
import { jitter } from "../src/backoff.js";
import { createClient } from "../src/index.js";
import { createTestServer } from "../src/testing/index.js";
import { connect, connectInMemory, controlTime, startServer, until } from "./setup.js";

function states(client: Client): string[] {
  const seen: string[] = [client.connection.get()];
  client.connection.subscribe(() => seen.push(client.connection.get()));
  return seen;
}

test("the socket opens on first use and not before", async () => {
  const server = await startServer();
  const client = connect(server);
  const seen = states(client);
  expect(server.accepted).toBe(0);
  client.subscribe(["a"], () => {});
  await until(() => client.connection.get() === "open");
  await client.send("order", "1", { PlaceOrder: {} });
  expect(server.accepted).toBe(1);
  expect(seen).toEqual(["idle", "connecting", "open"]);
});

test("a base URL is required and the remedy is named", () => {
  expect(() => createClient({ url: "" })).toThrow("createClient: url is missing");
});

test("full jitter: between 0 and a ceiling that doubles from 250 ms up to 15 s", () => {
  const ceilings = [0, 1, 2, 5, 6, 50].map((attempt) => jitter(attempt, () => 1));
  expect(ceilings).toEqual([250, 500, 1000, 8000, 15_000, 15_000]);
  expect(jitter(3, () => 0)).toBe(0);
});

test.each([1001, 1006, 1013, 4408, 4429])("after %d the client reconnects", async (code) => {
  const server = await startServer();
  const closes: CloseReport[] = [];
  const client = connect(server, { onClose: (close) => closes.push(close) });
  const seen = states(client);
  client.subscribe(["a"], () => {});
  await until(() => client.connection.get() === "open");
  if (code === 1006) server.terminateAll();
  else server.closeAll(code, "why");
  await until(() => server.accepted === 2 && client.connection.get() === "open");
  expect(seen).toEqual(["idle", "connecting", "open", "waiting", "connecting", "open"]);
  expect(closes).toEqual([{ code, reason: code === 1006 ? "" : "why", opened: true, stopped: false }]);
});

test.each([
  [4400, "bad_request", 400],
  [4401, "unauthenticated", 401],
  [4403, "forbidden", 403],
])("after %d the client stops, and commands are refused as %s", async (code, name, status) => {
  const server = await startServer();
  server.beforeAck = () => true;
  const closes: CloseReport[] = [];
  const client = connect(server, { onClose: (close) => closes.push(close) });
  const unanswered = client.send("order", "1", { PlaceOrder: {} });
  await until(() => server.framesOf("command").length);
  server.closeAll(code);
  await expect(unanswered).rejects.toMatchObject({ code: name, status });
  await expect(client.send("order", "2", { PlaceOrder: {} })).rejects.toMatchObject({ code: name });
  client.subscribe(["a"], () => {});
  expect(client.connection.get()).toBe("closed");
  expect(closes).toEqual([{ code, reason: "", opened: true, stopped: true }]);
  expect(server.accepted).toBe(1);
});

test("pauses grow while the server cannot be reached; one that restarts gets more time, an overloaded one most", async () => {
  controlTime();
  const server = createTestServer();
  const client = connectInMemory(server, { random: () => 1 });
  const opensAfter = async (milliseconds: number) => {
    await vi.advanceTimersByTimeAsync(milliseconds - 1);
    expect([client.connection.get(), milliseconds]).toEqual(["waiting", milliseconds]);
    await vi.advanceTimersByTimeAsync(1);
  };
  client.subscribe(["a"], () => {});
  await vi.advanceTimersByTimeAsync(0);
  server.setNetwork("down");
  for (const pause of [250, 500]) await opensAfter(pause);
  server.setNetwork("ok");
  await opensAfter(1000);
  for (const [code, pause] of [[1013, 4000], [4429, 4000], [1001, 2000], [1006, 250], [4408, 250]] as const) {
    expect(client.connection.get()).toBe("open");
    await vi.advanceTimersByTimeAsync(10_000);
    server.close(code);
    await opensAfter(pause);
  }
  server.close(1013);
  await opensAfter(4000);
  server.close(1013);
  await opensAfter(8000);
});

test("a ping is answered", async () => {
  const server = await startServer();
  connect(server).subscribe(["a"], () => {});
  await until(() => server.framesOf("subscribe").length);
  server.broadcast({ type: "ping" });
  await until(() => server.framesOf("pong").length);
});

test("a silent line is probed, kept when it answers, and replaced when it does not", async () => {
  controlTime();
  const server = await startServer();
  const closes: CloseReport[] = [];
  const client = connect(server, { onClose: (close) => closes.push(close) });
  let heard = 0;
  client.subscribe(["a"], () => heard++);
  await until(() => server.framesOf("subscribe").length);
  server.publish("a");
  await until(() => heard);
  await vi.advanceTimersByTimeAsync(40_000);
  await until(() => server.framesOf("ping").length === 1);
  server.publish("a");
  await until(() => heard === 2);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(closes).toEqual([]);

  server.frozen = true;
  await vi.advanceTimersByTimeAsync(50_000);
  server.frozen = false;
  expect(closes).toMatchObject([{ code: 4408, stopped: false }]);
  await vi.advanceTimersByTimeAsync(0);
  await until(() => server.accepted === 2);
});

test("what is not a frame is ignored", async () => {
  const server = await startServer();
  const client = connect(server);
  client.subscribe(["a"], () => {});
  await until(() => server.sockets.size);
  for (const { ws } of server.sockets) ["{", "null", "7", '"x"'].forEach((text) => ws.send(text));
  server.broadcast({ type: "error", code: "unknown_type" });
  server.broadcast({ type: "news" });
  await client.send("order", "1", { PlaceOrder: {} });
  expect(server.accepted).toBe(1);
});
