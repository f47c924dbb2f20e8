import { expect, test, vi } from "vitest";
import { ProblemError, type AnyApi, type ClientOptions } from "../src/index.js";
import { createTestServer } from "../src/testing/index.js";
import { connectInMemory, controlTime, createStorage, until } from "./setup.js";

const place = { Place: {} };

interface Api extends AnyApi {
  queries: { count: { params: object; result: number } };
}

/** A network that lets no socket through. */
function withoutSockets(options: Partial<ClientOptions> = {}) {
  const server = createTestServer<Api>();
  server.signIn("ada");
  server.setNetwork("no sockets");
  const client = connectInMemory<Api>(server, { storage: createStorage(), ...options });
  const states: string[] = [];
  client.connection.subscribe(() => states.push(client.connection.get()));
  const posts = () => server.requests.filter(({ route }) => route === "POST /api/ws").map(({ body }) => body);
  return { server, client, states, posts };
}

test("where no socket gets through commands and queries go by HTTP, in order, under their ids", async () => {
  const { server, client, states, posts } = withoutSockets();
  server.queries.count = () => server.applied.length;
  const receipts = ["1", "2"].map((key) => client.send("order", key, place, { id: `id-${key}` }));
  expect((await Promise.all(receipts)).map(({ position }) => position)).toEqual([1, 2]);
  expect(await client.query("count", {})).toBe(2);
  expect(states.slice(0, 4)).toEqual(["connecting", "waiting", "connecting", "waiting"]);
  expect(client.connection.get()).toBe("fallback");
  expect(posts()).toMatchObject([
    { type: "command", id: "id-1", store: "order", key: "1", action: place },
    { type: "command", id: "id-2" },
    { type: "query", name: "count", after: 2 },
  ]);
});

test("refusals by HTTP are those of the socket", async () => {
  const { server, client } = withoutSockets();
  server.commands.order = () => {
    throw new ProblemError(409, { code: "sold_out", message: "Sold out", fields: { n: "at most 2" } });
  };
  await expect(client.send("order", "1", place)).rejects.toMatchObject({
    code: "sold_out",
    message: "Sold out",
    fields: { n: "at most 2" },
  });
  await expect(client.query("count", {})).rejects.toMatchObject({ status: 404, code: "not_found" });
});

test("live queries are asked again 5 s after each answer, and topics resume with the socket", async () => {
  controlTime();
  const { server, client, posts } = withoutSockets({ random: () => 1 });
  server.queries.count = () => server.position();
  const counts: unknown[] = [];
  const seqs: number[] = [];
  client.watch("count", {}, ({ data }) => counts.push(data));
  client.subscribe(["a"], ({ seq }) => seqs.push(seq), { after: 0 });
  await vi.advanceTimersByTimeAsync(250);
  expect(counts).toEqual([0]);
  server.publish("a", place);
  await vi.advanceTimersByTimeAsync(4_999);
  expect(counts).toEqual([0]);
  await vi.advanceTimersByTimeAsync(1);
  expect([counts, seqs]).toEqual([[0, 1], []]);
  expect(posts().at(-1)).toMatchObject({ after: 0 });

  server.setNetwork("ok");
  await vi.advanceTimersByTimeAsync(15_000);
  expect([client.connection.get(), counts.at(-1), seqs]).toEqual(["open", 1, [1]]);
  const asked = posts().length;
  await vi.advanceTimersByTimeAsync(20_000);
  expect(posts()).toHaveLength(asked);
});

test("a live query that was ended is not asked again", async () => {
  controlTime();
  const { server, client, posts } = withoutSockets({ random: () => 1 });
  server.queries.count = () => 1;
  const end = client.watch("count", {}, () => {});
  await vi.advanceTimersByTimeAsync(250);
  expect(posts()).toHaveLength(1);
  end();
  await vi.advanceTimersByTimeAsync(20_000);
  expect(posts()).toHaveLength(1);
});

test("when HTTP fails too everything waits, and goes on where it was", async () => {
  const { server, client } = withoutSockets();
  await client.send("order", "1", place);
  server.setNetwork("down");
  const waits = client.send("order", "2", place);
  await until(() => client.connection.get() === "waiting");
  server.setNetwork("no sockets");
  await waits;
  expect(server.applied.map(({ key }) => key)).toEqual(["1", "2"]);
});

test("a proxy's own error is no answer: the command is sent again under its id", async () => {
  const { server, client } = withoutSockets();
  let proxied = 0;
  server.routes["POST /api/ws"] = () => {
    delete server.routes["POST /api/ws"];
    proxied++;
    return { status: 502, headers: { "Content-Type": "text/html" }, body: "Bad Gateway" };
  };
  await client.send("order", "1", place);
  expect([proxied, server.applied.length]).toEqual([1, 1]);
});

test("a visitor's command that got no answer by HTTP is given up", async () => {
  const server = createTestServer();
  server.setNetwork("no sockets");
  const client = connectInMemory(server);
  await client.send("order", "1", place);
  server.routes["POST /api/ws"] = () => "hang up";
  await expect(client.send("order", "2", place)).rejects.toMatchObject({ code: "network" });
});

test("a visitor's command that was refused by HTTP is not tried again", async () => {
  const server = createTestServer();
  server.setNetwork("no sockets");
  let tried = 0;
  server.commands.order = () => {
    tried++;
    throw new ProblemError(503, { code: "unavailable" });
  };
  await expect(connectInMemory(server).send("order", "1", place)).rejects.toMatchObject({ code: "unavailable" });
  expect(tried).toBe(1);
});

test("each command by HTTP is sent as the user who made it", async () => {
  const { server, client } = withoutSockets();
  await client.send("order", "1", place);
  server.signIn("bob");
  await expect(client.send("order", "2", place)).rejects.toMatchObject({ code: "closed" });
  await client.send("order", "3", place);
  expect(server.applied.map(({ key, user }) => `${user} ${key}`)).toEqual(["ada 1", "bob 3"]);
});

test("a line that fails once and then opens is no reason for it, however often", async () => {
  const server = createTestServer();
  const client = connectInMemory(server);
  const seen: string[] = [];
  client.connection.subscribe(() => seen.push(client.connection.get()));
  await client.send("order", "1", place);
  for (const accepted of [2, 3, 4]) {
    const lost = seen.length;
    server.setNetwork("no sockets");
    await until(() => seen.slice(lost).filter((state) => state === "waiting").length === 2);
    server.setNetwork("ok");
    await until(() => server.accepted() === accepted);
  }
  expect(seen).not.toContain("fallback");
});
