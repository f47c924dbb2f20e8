import { describe, expect, test } from "vitest";
import { signIn } from "../src/auth/index.js";
import { ProblemError, type Client } from "../src/index.js";
import { createTestServer } from "../src/testing/index.js";
import { connect, connectInMemory, startServer, until } from "./setup.js";

/** What a client can tell of a server, whether it is in memory or behind a port. */
interface Harness {
  client: Client;
  publish(topic: string): number;
  /** Forgets all events so far. */
  trim(): void;
  close(code: number): void;
  /** Applies commands, and answers none while false. */
  setAcks(on: boolean): void;
  blockSockets(): void;
  applied(): number;
}

async function behindPort(): Promise<Harness> {
  const server = await startServer();
  server.signIn("ada");
  server.queries.head = () => ({ data: server.head });
  server.queries.actor = (_, actor) => ({ data: actor });
  server.forbidden.add("secret");
  return {
    client: connect(server),
    publish: (topic) => server.publish(topic),
    trim: () => server.trim(server.head),
    close: (code) => (code === 1006 ? server.terminateAll() : server.closeAll(code)),
    setAcks: (on) => (server.beforeAck = () => !on),
    blockSockets() {
      server.rejectUpgrades = true;
      server.terminateAll();
    },
    applied: () => server.applied.size,
  };
}

async function inMemory(): Promise<Harness> {
  const server = createTestServer();
  server.addUser("ada");
  server.queries.head = () => server.position();
  server.queries.actor = (_, user) => user ?? "visitor";
  server.commands.order = ({ store, key, action }) => {
    const refusal = action.Refuse as Record<string, unknown> | undefined;
    if (refusal) throw new ProblemError(400, refusal);
    server.publish(`${store}:${key}`, { Happened: {} });
  };
  server.grant = (topic) => topic !== "secret";
  return {
    client: connectInMemory(server),
    publish: (topic) => server.publish(topic, { Happened: {} }),
    trim: () => server.trim(server.position()),
    close: (code) => server.close(code),
    setAcks: (on) => (server.acks = on),
    blockSockets: () => server.setNetwork("no sockets"),
    applied: () => server.applied.length,
  };
}

describe.each([
  ["real sockets", behindPort],
  ["the server in memory", inMemory],
])("over %s", (_, start) => {
  test("a command is acknowledged, refused, and applied once although its ack was lost", async () => {
    const { client, close, setAcks, applied } = await start();
    await signIn.token(client, "token-ada");
    const receipt = await client.send("order", "1", { Place: {} });
    expect(receipt).toMatchObject({ store: "order", key: "1", version: 1 });
    const refused = client.send("order", "1", { Refuse: { code: "sold_out", message: "Sold out" } });
    await expect(refused).rejects.toMatchObject({ code: "sold_out", message: "Sold out" });
    setAcks(false);
    const doubtful = client.send("order", "2", { Place: {} });
    await until(() => applied() === 2);
    setAcks(true);
    close(1006);
    expect((await doubtful).position).toBeGreaterThan(receipt.position);
    expect(applied()).toBe(2);
  });

  test("topics are followed in order, resumed without a gap, and refused", async () => {
    const { client, publish, close, trim } = await start();
    const seqs: number[] = [];
    const resyncs: number[] = [];
    publish("a");
    client.subscribe(["a"], ({ seq }) => seqs.push(seq), { after: 0, onResync: (_, seq) => resyncs.push(seq) });
    await until(() => seqs.length === 1);
    publish("b");
    publish("a");
    await until(() => seqs.length === 2);
    close(1001);
    publish("a");
    await until(() => seqs.length === 3);
    expect(seqs).toEqual([1, 3, 4]);
    close(1006);
    publish("a");
    trim();
    await until(() => resyncs.length);
    expect([seqs, resyncs]).toEqual([[1, 3, 4], [5]]);
    const refusals: unknown[] = [];
    client.subscribe(["secret"], () => {}, { onError: (topic, { code }) => refusals.push([topic, code]) });
    await until(() => refusals.length);
    expect(refusals).toEqual([["secret", "forbidden"]]);
  });

  test("a query is answered, again after events while it is watched, and refused when unknown", async () => {
    const { client, publish } = await start();
    expect(await client.query("head", {})).toBe(0);
    await expect(client.query("unknown", {})).rejects.toMatchObject({ code: "not_found", status: 404 });
    const heads: unknown[] = [];
    const end = client.watch("head", {}, ({ data, position }) => heads.push([data, position]));
    await until(() => heads.length === 1);
    publish("a");
    await until(() => heads.length === 2);
    end();
    expect(heads).toEqual([[0, 0], [1, 1]]);
  });

  test("the session begins and ends, and the socket with it", async () => {
    const { client, close } = await start();
    await signIn.magicLink(client, { email: "ada@example.com" });
    expect(await client.query("actor", {})).toBe("visitor");
    await expect(signIn.token(client, "nonsense")).rejects.toBeInstanceOf(ProblemError);
    expect((await signIn.token(client, "token-ada")).user.id).toBe("ada");
    expect(await client.query("actor", {})).toBe("ada");
    close(4401);
    await until(() => client.connection.get() === "closed");
    expect(client.session.get()).toBeNull();
    await signIn.token(client, "token-ada");
    await client.session.signOut();
    expect(await client.query("actor", {})).toBe("visitor");
    await expect(client.get("/nothing")).rejects.toMatchObject({ status: 404, code: "not_found" });
  });

  test("without sockets commands and queries go by HTTP", async () => {
    const { client, blockSockets } = await start();
    await signIn.token(client, "token-ada");
    blockSockets();
    const receipt = await client.send("order", "1", { Place: {} });
    expect(await client.query("actor", {})).toBe("ada");
    const refused = client.send("order", "1", { Refuse: { code: "sold_out" } });
    await expect(refused).rejects.toMatchObject({ code: "sold_out" });
    expect([receipt.key, client.connection.get()]).toEqual(["1", "fallback"]);
  });
});

test("the server in memory works in any page: its browsers have cookies of their own", async () => {
  const server = createTestServer();
  server.signIn("ada");
  server.queries.actor = (_, user) => user;
  const [ada, visitor] = [connectInMemory(server), connectInMemory(server.browser())];
  expect([await ada.query("actor", {}), await visitor.query("actor", {})]).toEqual(["ada", null]);
  expect(server.users()).toEqual(["ada", null]);
  server.revoke("ada");
  await until(() => ada.connection.get() === "closed");
  expect(visitor.connection.get()).toBe("open");
});
