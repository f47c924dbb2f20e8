import { expect, test } from "vitest";
import type { TopicEvent } from "../src/index.js";
import { connect, startServer, until } from "./setup.js";

function collector() {
  const seqs: number[] = [];
  const resyncs: [string, number][] = [];
  const onEvent = ({ seq }: TopicEvent) => void seqs.push(seq);
  return { seqs, resyncs, onEvent, onResync: (topic: string, seq: number) => void resyncs.push([topic, seq]) };
}

test("events since `after` come first, then live ones, with action and meta", async () => {
  const server = await startServer();
  server.publish("event:7", { SeatsHeld: { n: 1 } });
  server.publish("event:8");
  const events: TopicEvent[] = [];
  connect(server).subscribe(["event:7"], (event) => events.push(event), { after: 0 });
  await until(() => events.length === 1);
  server.publish("event:7");
  await until(() => events.length === 2);
  expect(events.map(({ seq }) => seq)).toEqual([1, 3]);
  expect(events[0]).toEqual({
    topic: "event:7",
    seq: 1,
    action: { SeatsHeld: { n: 1 } },
    meta: { at: "2026-01-01T00:00:00Z", correlation_id: "c" },
  });
});

test("a subscription without `after` is live from its begin, which onResync tells", async () => {
  const server = await startServer();
  server.publish("a");
  const seen = collector();
  connect(server).subscribe(["a"], seen.onEvent, seen);
  await until(() => seen.resyncs.length);
  server.publish("a");
  await until(() => seen.seqs.length);
  expect(seen).toMatchObject({ seqs: [2], resyncs: [["a", 1]] });
});

test("nothing is missed and nothing comes twice while the line keeps breaking", async () => {
  const server = await startServer();
  const first = collector();
  const second = collector();
  const client = connect(server);
  client.subscribe(["a", "b"], first.onEvent, { after: 0 });
  for (let i = 1; i <= 300; i++) {
    server.publish(i % 3 ? "a" : "b");
    if (i === 150) client.subscribe(["a", "b"], second.onEvent, { after: 0 });
    if (i % 7 && i % 11) continue;
    const { accepted } = server;
    if (i % 7 === 0) server.terminateAll();
    else server.closeAll(1001);
    await until(() => server.accepted > accepted && (i % 2 === 0 || client.connection.get() === "open"));
  }
  await until(() => first.seqs.length >= 300 && second.seqs.length >= 300);
  const ofTopic = (seqs: number[], b: boolean) => seqs.filter((seq) => (seq % 3 === 0) === b);
  for (const { seqs } of [first, second]) {
    expect(seqs).toHaveLength(300);
    expect(ofTopic(seqs, true)).toEqual(Array.from({ length: 100 }, (_, i) => 3 * i + 3));
    expect(ofTopic(seqs, false)).toEqual(Array.from({ length: 300 }, (_, i) => i + 1).filter((seq) => seq % 3));
  }
  expect(server.accepted).toBeGreaterThan(10);
});

test("a reconnect resumes each topic after its own last seq", async () => {
  const server = await startServer();
  const { seqs, onEvent } = collector();
  connect(server).subscribe(["a", "b"], onEvent, { after: 0 });
  server.publish("a");
  server.publish("b");
  await until(() => seqs.length === 2);
  server.frames = [];
  server.terminateAll();
  const asked = await until(() => server.framesOf("subscribe").length === 2 && server.framesOf("subscribe"));
  expect(asked).toMatchObject([
    { topics: ["a"], after: 1 },
    { topics: ["b"], after: 2 },
  ]);
});

test("a listener that asks for the past gets it, and the others see nothing twice", async () => {
  const server = await startServer();
  for (let i = 0; i < 5; i++) server.publish("a");
  const old = collector();
  const late = collector();
  const client = connect(server);
  client.subscribe(["a"], old.onEvent, { after: 3 });
  await until(() => old.seqs.length === 2);
  client.subscribe(["a"], late.onEvent, { after: 0 });
  server.publish("a");
  await until(() => late.seqs.length === 6);
  expect(late.seqs).toEqual([1, 2, 3, 4, 5, 6]);
  expect(old.seqs).toEqual([4, 5, 6]);
});

test("a second live listener shares the subscription; the topic ends with the last one", async () => {
  const server = await startServer();
  const client = connect(server);
  const one = collector();
  const two = collector();
  const endOne = client.subscribe(["a"], one.onEvent, one);
  await until(() => one.resyncs.length);
  const endTwo = client.subscribe(["a"], two.onEvent, two);
  await until(() => two.resyncs.length);
  server.publish("a");
  await until(() => one.seqs.length && two.seqs.length);
  endOne();
  server.publish("a");
  await until(() => two.seqs.length === 2);
  endTwo();
  await until(() => server.framesOf("unsubscribe").length);
  expect(server.framesOf("subscribe")).toHaveLength(1);
  expect(server.framesOf("unsubscribe")).toMatchObject([{ topics: ["a"] }]);
  expect(one.seqs).toEqual([1]);
});

test("a listener that takes over a live topic goes on from where it is", async () => {
  const server = await startServer();
  const client = connect(server);
  const one = collector();
  const two = collector();
  const endOne = client.subscribe(["a"], one.onEvent, { after: 0 });
  server.publish("a");
  server.publish("a");
  await until(() => one.seqs.length === 2);
  client.subscribe(["a"], two.onEvent, two);
  endOne();
  await until(() => two.resyncs.length);
  server.terminateAll();
  await until(() => server.accepted === 2);
  server.publish("a");
  await until(() => two.seqs.length);
  expect(two).toMatchObject({ seqs: [3], resyncs: [["a", 2]] });
});

test("a resync tells the handler, reads wait for it, and the topic goes on from there", async () => {
  const server = await startServer();
  for (let i = 0; i < 9; i++) server.publish("a");
  server.trim(6);
  server.routes["GET /api/snapshot"] = () => ({ body: {} });
  const seen = collector();
  const client = connect(server);
  client.subscribe(["a"], seen.onEvent, { after: 2, onResync: seen.onResync });
  await until(() => seen.resyncs.length);
  await client.get("/snapshot");
  server.publish("a");
  await until(() => seen.seqs.length);
  expect(seen).toMatchObject({ seqs: [10], resyncs: [["a", 9]] });
  expect(server.requestsOf("GET /api/snapshot")[0]?.headers["store-after"]).toBe("9");
});

test("a log that was begun anew resyncs once, and neither events nor reads wait for the old positions", async () => {
  const server = await startServer();
  for (let i = 0; i < 9; i++) server.publish("a");
  server.routes["GET /api/snapshot"] = () => ({ body: {} });
  const seen = collector();
  const client = connect(server);
  client.subscribe(["a"], seen.onEvent, { after: 8, onResync: seen.onResync });
  await until(() => seen.seqs.length === 1);
  server.log = [];
  server.publish("a");
  await client.get("/snapshot");
  server.terminateAll();
  await until(() => seen.resyncs.length);
  await client.get("/snapshot");
  server.publish("a");
  await until(() => seen.seqs.length === 2);
  expect(seen).toMatchObject({ seqs: [9, 2], resyncs: [["a", 1]] });
  const after = server.requestsOf("GET /api/snapshot").map(({ headers }) => headers["store-after"]);
  expect(after).toEqual(["9", "1"]);
});

test("a refused topic is told once per asking and does not disturb the others", async () => {
  const server = await startServer();
  server.forbidden.add("secret");
  const seen = collector();
  const errors: string[] = [];
  connect(server).subscribe(["secret", "a"], seen.onEvent, {
    after: 0,
    onError: (topic, error) => errors.push(`${topic} ${error.code} ${error.status}`),
  });
  await until(() => errors.length);
  server.publish("a");
  server.publish("secret");
  server.publish("a");
  await until(() => seen.seqs.length === 2);
  expect(seen.seqs).toEqual([1, 3]);
  expect(errors).toEqual(["secret forbidden 403"]);
});

test("a topic that an overloaded server refuses is asked for again, without a gap", async () => {
  const server = await startServer();
  server.publish("a");
  server.overloaded = 2;
  const seen = collector();
  const errors: string[] = [];
  connect(server).subscribe(["a"], seen.onEvent, { after: 0, onError: (_, { code }) => errors.push(code) });
  await until(() => seen.seqs.length);
  expect(seen.seqs).toEqual([1]);
  expect(errors).toEqual(["overloaded", "overloaded"]);
});

test("handlers may end and begin subscriptions while an event is delivered", async () => {
  const server = await startServer();
  const client = connect(server);
  const inner = collector();
  const other = collector();
  let nested = false;
  client.subscribe(
    ["a"],
    () => {
      if (!nested) client.subscribe(["a"], inner.onEvent, { after: 0 });
      nested = true;
      endOther();
    },
    { after: 0 },
  );
  const endOther = client.subscribe(["a"], other.onEvent, { after: 0 });
  server.publish("a");
  server.publish("a");
  await until(() => inner.seqs.length === 2);
  expect(inner.seqs).toEqual([1, 2]);
  expect(other.seqs).toEqual([]);
});
