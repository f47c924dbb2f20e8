import { expect, test } from "vitest";
import type { AnyApi, QueryResult } from "../src/index.js";
import { connect, startServer, until } from "./setup.js";

type Count = { count: number };
interface Api extends AnyApi {
  queries: { count: { params: object; result: Count }; slow: { params: object; result: number } };
}

async function countingServer() {
  const server = await startServer();
  server.queries.count = () => ({ data: { count: server.log.length } });
  return server;
}

test("a live query answers now and again after events, until it is ended", async () => {
  const server = await countingServer();
  const results: QueryResult<Count>[] = [];
  const end = connect<Api>(server).watch("count", { of: "a" }, (result) => results.push(result));
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
  connect<Api>(server).watch("count", {}, (result) => results.push(result));
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
  connect<Api>(server).watch("count", {}, (result) => results.push(result));
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
  const client = connect<Api>(server);
  client.watch("slow", {}, (result) => results.push(result));
  await until(() => results.length === 3);
  expect(results.map(({ error, data }) => error?.code ?? data)).toEqual(["stale", "stale", 3]);

  const refused: QueryResult<number>[] = [];
  client.watch("unknown" as "slow", {}, (result) => refused.push(result));
  await until(() => refused.length);
  expect(refused).toMatchObject([{ error: { status: 404, code: "not_found" } }]);
});

test("a query is asked once, after what this client has written, and again over a reconnect until it is answered", async () => {
  const server = await countingServer();
  const client = connect<Api>(server);
  const { position } = await client.send("order", "1", { PlaceOrder: {} });
  server.frozen = true;
  const answer = client.query("count", {});
  server.frozen = false;
  server.terminateAll();
  expect(await answer).toEqual({ count: 1 });
  expect(server.framesOf("query").at(-1)).toMatchObject({ name: "count", after: position, live: false });
  server.publish("a");
  await client.send("order", "1", { PlaceOrder: {} });
  expect([...server.sockets][0]?.queries.size).toBe(0);
});

test("a query that is asked once rejects with its refusal, a transient one after three more tries", async () => {
  const server = await startServer();
  const client = connect<Api>(server);
  await expect(client.query("count", {})).rejects.toMatchObject({ code: "not_found" });
  let asked = 0;
  server.queries.slow = () => (asked++ < 3 ? { code: "stale" } : { data: asked });
  expect(await client.query("slow", {})).toBe(4);
  server.queries.slow = () => ({ code: "stale" });
  await expect(client.query("slow", {})).rejects.toMatchObject({ code: "stale", status: 504 });
});

test("a query ends with its signal, and with the client", async () => {
  const server = await startServer();
  server.frozen = true;
  const client = connect(server);
  const aborter = new AbortController();
  const aborted = expect(client.query("count", {}, aborter)).rejects.toBe("enough");
  const closed = expect(client.query("count", {})).rejects.toMatchObject({ code: "closed" });
  aborter.abort("enough");
  await aborted;
  await expect(client.query("count", {}, aborter)).rejects.toBe("enough");
  client.close();
  await closed;
  await expect(client.query("count", {})).rejects.toMatchObject({ code: "closed" });
});
