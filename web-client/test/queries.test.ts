import { expect, test } from "vitest";
import type { QueryResult } from "../src/index.js";
import { connect, startServer, until } from "./setup.js";

type Count = { count: number };

async function countingServer() {
  const server = await startServer();
  server.queries.count = () => ({ data: { count: server.log.length } });
  return server;
}

test("a live query answers now and again after events, until it is ended", async () => {
  const server = await countingServer();
  const results: QueryResult<Count>[] = [];
  const end = connect(server).watch<Count>("count", { of: "a" }, (result) => results.push(result));
  await until(() => results.length === 1);
  server.publish("a");
  await until(() => results.length === 2);
  end();
  await until(() => server.framesOf("unquery").length);
  expect(results).toEqual([
    { data: { count: 0 }, position: 0 },
    { data: { count: 1 }, position: 1 },
  ]);
  expect(server.framesOf("query")).toMatchObject([{ name: "count", params: { of: "a" }, live: true }]);
});

test("a live query is asked after what this client has written", async () => {
  const server = await countingServer();
  const client = connect(server);
  const { position } = await client.send("order", "1", { PlaceOrder: {} });
  client.watch("count", {}, () => {});
  const asked = await until(() => server.framesOf("query")[0]);
  expect(asked.after).toBe(position);
});

test("after a reconnect live queries are asked again, not before what was seen", async () => {
  const server = await countingServer();
  const results: QueryResult<Count>[] = [];
  connect(server).watch<Count>("count", {}, (result) => results.push(result));
  await until(() => results.length === 1);
  server.publish("a");
  await until(() => results.length === 2);
  server.terminateAll();
  await until(() => results.length === 3);
  expect(server.framesOf("query")[1]).toMatchObject({ name: "count", after: 1 });
});

test("a resync runs live queries again", async () => {
  const server = await countingServer();
  const results: QueryResult<Count>[] = [];
  connect(server).watch<Count>("count", {}, (result) => results.push(result));
  await until(() => results.length === 1);
  server.broadcast({ type: "resync", topics: ["a"], seq: 5 });
  await until(() => results.length === 2);
  expect(server.framesOf("query")[1]).toMatchObject({ after: 5 });
  expect([...server.sockets][0]?.queries.size).toBe(1);
});

test("a refusal reaches the observer; a transient one is asked again", async () => {
  const server = await startServer();
  let asked = 0;
  server.queries.slow = () => (++asked < 3 ? { code: "stale", message: "behind" } : { data: asked });
  const results: QueryResult<number>[] = [];
  const client = connect(server);
  client.watch<number>("slow", {}, (result) => results.push(result));
  await until(() => results.length === 3);
  expect(results.map(({ error, data }) => error?.code ?? data)).toEqual(["stale", "stale", 3]);

  const refused: QueryResult<number>[] = [];
  client.watch<number>("unknown", {}, (result) => refused.push(result));
  await until(() => refused.length);
  expect(refused).toMatchObject([{ error: { status: 404, code: "not_found" } }]);
});
