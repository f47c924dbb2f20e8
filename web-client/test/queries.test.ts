import { expect, test } from "vitest";
import { ProblemError, type AnyApi, type QueryResult } from "../src/index.js";
import { createTestServer, type TestServer } from "../src/testing/index.js";
import { connectInMemory, until } from "./setup.js";

type Count = { count: number };
interface Api extends AnyApi {
  queries: { count: { params: object; result: Count }; slow: { params: object; result: number } };
}

function countingServer() {
  const server = createTestServer<Api>();
  server.queries.count = () => ({ count: server.position() });
  return server;
}

const framesOf = (server: TestServer<Api>, type: string) => server.frames.filter((frame) => frame.type === type);

function stale(): never {
  throw new ProblemError(504, { code: "stale", message: "behind" });
}

test("a live query answers now and again after events, until it is ended", async () => {
  const server = countingServer();
  const results: QueryResult<Count>[] = [];
  const end = connectInMemory<Api>(server).watch("count", { of: "a" }, (result) => results.push(result));
  await until(() => results.length === 1);
  server.publish("a", {});
  await until(() => results.length === 2);
  end();
  await until(() => framesOf(server, "unquery").length);
  expect(results).toEqual([
    { data: { count: 0 }, position: 0 },
    { data: { count: 1 }, position: 1 },
  ]);
  expect(framesOf(server, "query")).toMatchObject([{ name: "count", params: { of: "a" }, live: true }]);
});

test("a live query is asked after what this client has written", async () => {
  const server = countingServer();
  const client = connectInMemory(server);
  const { position } = await client.send("order", "1", { PlaceOrder: {} });
  client.watch("count", {}, () => {});
  const asked = await until(() => framesOf(server, "query")[0]);
  expect(asked.after).toBe(position);
});

test("after a reconnect live queries are asked again, not before what was seen", async () => {
  const server = countingServer();
  const results: QueryResult<Count>[] = [];
  connectInMemory<Api>(server).watch("count", {}, (result) => results.push(result));
  await until(() => results.length === 1);
  server.publish("a", {});
  await until(() => results.length === 2);
  server.close(1006);
  await until(() => results.length === 3);
  expect(framesOf(server, "query")[1]).toMatchObject({ name: "count", after: 1 });
});

test("a resync runs live queries again", async () => {
  const server = countingServer();
  const results: QueryResult<Count>[] = [];
  connectInMemory<Api>(server).watch("count", {}, (result) => results.push(result));
  await until(() => results.length === 1);
  server.broadcast({ type: "resync", topics: ["a"], seq: 5 });
  await until(() => results.length === 2);
  expect(framesOf(server, "query")[1]).toMatchObject({ after: 5 });
  server.publish("a", {});
  await until(() => results.length === 3);
  expect(framesOf(server, "unquery")).toHaveLength(1);
});

test("a refusal reaches the observer; a transient one is asked again", async () => {
  const server = createTestServer<Api>();
  let asked = 0;
  server.queries.slow = () => (++asked < 3 ? stale() : asked);
  const results: QueryResult<number>[] = [];
  const client = connectInMemory<Api>(server);
  client.watch("slow", {}, (result) => results.push(result));
  await until(() => results.length === 3);
  expect(results.map(({ error, data }) => error?.code ?? data)).toEqual(["stale", "stale", 3]);

  const refused: QueryResult<number>[] = [];
  client.watch("unknown" as "slow", {}, (result) => refused.push(result));
  await until(() => refused.length);
  expect(refused).toMatchObject([{ error: { status: 404, code: "not_found" } }]);
});

test("a query is asked once, after what this client has written, and again over a reconnect until it is answered", async () => {
  const server = countingServer();
  const client = connectInMemory<Api>(server);
  const { position } = await client.send("order", "1", { PlaceOrder: {} });
  server.setNetwork("silent");
  const answer = client.query("count", {});
  server.setNetwork("ok");
  server.close(1006);
  expect(await answer).toEqual({ count: 1 });
  expect(framesOf(server, "query").at(-1)).toMatchObject({ name: "count", after: position, live: false });
  expect(framesOf(server, "unquery")).toEqual([]);
});

test("a query that is asked once rejects with its refusal, a transient one after three more tries", async () => {
  const server = createTestServer<Api>();
  const client = connectInMemory<Api>(server);
  await expect(client.query("count", {})).rejects.toMatchObject({ code: "not_found" });
  let asked = 0;
  server.queries.slow = () => (asked++ < 3 ? stale() : asked);
  expect(await client.query("slow", {})).toBe(4);
  server.queries.slow = stale;
  await expect(client.query("slow", {})).rejects.toMatchObject({ code: "stale", status: 504 });
});

test("a query ends with its signal, and with the client", async () => {
  const server = createTestServer<Api>();
  server.setNetwork("silent");
  const client = connectInMemory(server);
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
