import { expect, test } from "vitest";
import { ProblemError } from "../src/index.js";
import { createTestServer } from "../src/testing/index.js";
import { connectInMemory, until } from "./setup.js";

const place = { Place: {} };

/** A server to which somebody has signed in, and a client that is their page. */
function signedIn() {
  const server = createTestServer();
  server.signIn("ada");
  const commands = () => server.frames.filter(({ type }) => type === "command");
  return { server, commands, client: connectInMemory(server, { storage: null }) };
}

test("a command resolves with its receipt", async () => {
  const { server, client } = signedIn();
  const receipt = await client.send("order", "42", { Place: { n: 1 } });
  expect(receipt).toEqual({ store: "order", key: "42", version: 1, position: 1 });
  expect(server.applied).toMatchObject([{ store: "order", key: "42", action: { Place: { n: 1 } }, user: "ada" }]);
});

test("a refusal is a ProblemError with the code's status, fields and retry time", async () => {
  const { server, client } = signedIn();
  const refused = async (status: number, details: object, options = {}) => {
    server.commands.order = () => {
      throw new ProblemError(status, { ...details }, options);
    };
    return client.send("order", "1", place).catch((error: unknown) => error);
  };
  const sold = await refused(400, { code: "sold_out", message: "Sold out", fields: { n: "at most 2" } });
  expect(sold).toBeInstanceOf(ProblemError);
  expect(sold).toMatchObject({ status: 400, code: "sold_out", message: "Sold out", fields: { n: "at most 2" } });
  expect(await refused(429, { code: "rate_limited" }, { retryAfter: 70 })).toMatchObject({ status: 429, retryAfter: 70 });
  expect(await refused(403, { code: "forbidden" })).toMatchObject({ status: 403, message: "forbidden", fields: {} });
});

test("a command whose ack was lost is sent again under its id and applied once", async () => {
  const { server, client, commands } = signedIn();
  server.acks = false;
  const receipt = client.send("order", "1", place);
  await until(() => server.applied.length);
  server.acks = true;
  server.close(1006);
  expect((await receipt).position).toBe(1);
  expect(commands()).toHaveLength(2);
  expect(commands()[0]).toEqual(commands()[1]);
  expect(server.applied).toHaveLength(1);
});

test("commands are sent one after another, and again in their order after a reconnect", async () => {
  const { server, client, commands } = signedIn();
  server.acks = false;
  const receipts = ["1", "2", "3"].map((key) => client.send("order", key, place));
  await until(() => commands().length);
  expect(client.pending.get().map(({ key, state }) => [key, state])).toEqual([
    ["1", "sent"],
    ["2", "queued"],
    ["3", "queued"],
  ]);
  server.acks = true;
  server.close(1001);
  await Promise.all(receipts);
  expect(commands().map(({ key }) => key)).toEqual(["1", "1", "2", "3"]);
  expect(server.applied.map(({ key }) => key)).toEqual(["1", "2", "3"]);
});

test("one that is refused for load is tried again, and not overtaken", async () => {
  const { server, client } = signedIn();
  let busy = 2;
  server.commands.order = () => {
    if (busy-- > 0) throw new ProblemError(503, { code: "overloaded" });
  };
  const states: string[] = [];
  client.pending.subscribe(() => states.push(client.pending.get().map(({ state }) => state).join()));
  await Promise.all([client.send("order", "1", place), client.send("order", "2", place)]);
  const twice = ["sent,queued", "queued,queued", "sent,queued", "queued,queued"];
  expect(states).toEqual(["queued", "queued,queued", ...twice, "sent,queued", "queued", "sent", ""]);
  expect(server.applied.map(({ key }) => key)).toEqual(["1", "2"]);

  busy = 4;
  const refused = expect(client.send("order", "3", place)).rejects.toMatchObject({ code: "overloaded" });
  await client.send("order", "4", place);
  await refused;
  expect(server.applied.map(({ key }) => key)).toEqual(["1", "2", "4"]);
});

test("a visitor's command is not sent again when the line was lost before its answer", async () => {
  const server = createTestServer();
  const client = connectInMemory(server);
  server.acks = false;
  const doubtful = expect(client.send("order", "1", place)).rejects.toMatchObject({ code: "network", status: 0 });
  const queued = client.send("order", "2", place);
  await until(() => server.applied.length);
  server.acks = true;
  server.close(1006);
  await doubtful;
  await queued;
  expect(server.applied.map(({ key }) => key)).toEqual(["1", "2"]);
});

test("an id in flight is not sent twice by its caller", async () => {
  const { client, commands } = signedIn();
  const send = () => client.send("order", "1", place, { id: "mine" });
  const [first, second] = await Promise.all([send(), send()]);
  expect(first).toEqual(second);
  expect(commands()).toMatchObject([{ id: "mine" }]);
});

test("a closed client rejects what is unanswered and what comes later", async () => {
  const { server, client } = signedIn();
  server.acks = false;
  const unanswered = client.send("order", "1", place);
  await until(() => server.applied.length);
  client.close();
  await expect(unanswered).rejects.toMatchObject({ code: "closed", status: 0 });
  await expect(client.send("order", "1", place)).rejects.toMatchObject({ code: "closed" });
  expect(client.connection.get()).toBe("closed");
  expect(client.pending.get()).toEqual([]);
});

test("more commands than the queue holds are refused", async () => {
  const { server, client } = signedIn();
  server.setNetwork("down");
  const first = client.send("order", "0", place).catch(() => {});
  const rest = Array.from({ length: 255 }, (_, key) => client.send("order", `${key}`, place).catch(() => {}));
  await expect(client.send("order", "256", place)).rejects.toMatchObject({ code: "queue_full", status: 0 });
  client.close();
  await Promise.all([first, ...rest]);
});

test("commands without an answer are listed in their order", async () => {
  const { client } = signedIn();
  const listed = () => client.pending.get().map(({ id, state }) => `${id} ${state}`).join();
  const seen: string[] = [];
  client.pending.subscribe(() => seen.push(listed()));
  const before = Date.now();
  await Promise.all(["a", "b"].map((id) => client.send("order", "1", place, { id })));
  expect(seen).toEqual(["a queued", "a queued,b queued", "a sent,b queued", "b queued", "b sent", ""]);
  const last = client.send("order", "1", place);
  expect(client.pending.get()).toMatchObject([{ store: "order", key: "1", action: place }]);
  expect(client.pending.get()[0]!.since).toBeGreaterThanOrEqual(before);
  await last;
});
