import { expect, test } from "vitest";
import { ProblemError } from "../src/index.js";
import { connect, startServer, until } from "./setup.js";

test("a command resolves with its receipt", async () => {
  const server = await startServer();
  const receipt = await connect(server).send("order", "42", { PlaceOrder: { n: 1 } });
  expect(receipt).toEqual({ store: "order", key: "42", version: 1, position: 1 });
  expect(server.framesOf("command")).toMatchObject([{ store: "order", key: "42", action: { PlaceOrder: { n: 1 } } }]);
});

test("a refusal is a ProblemError with the code's status, fields and retry time", async () => {
  const server = await startServer();
  const client = connect(server);
  const refused = (refusal: object) => client.send("order", "1", { Refuse: refusal }).catch((error: unknown) => error);
  const sold = (await refused({ code: "sold_out", message: "Sold out", fields: { n: "at most 2" } })) as ProblemError;
  expect(sold).toBeInstanceOf(ProblemError);
  expect(sold).toMatchObject({ status: 400, code: "sold_out", message: "Sold out", fields: { n: "at most 2" } });
  expect(await refused({ code: "rate_limited", retry_after: 7 })).toMatchObject({ status: 429, retryAfter: 7 });
  expect(await refused({ code: "forbidden" })).toMatchObject({ status: 403, message: "forbidden", fields: {} });
});

test("a command whose ack was lost is sent again under its id and applied once", async () => {
  const server = await startServer();
  let lost = 0;
  server.beforeAck = (_, ws) => {
    if (lost++ > 0) return false;
    ws.terminate();
    return true;
  };
  const receipt = await connect(server).send("order", "1", { PlaceOrder: {} });
  const sent = server.framesOf("command");
  expect(sent).toHaveLength(2);
  expect(sent[0]).toEqual(sent[1]);
  expect(server.log).toHaveLength(1);
  expect(receipt.position).toBe(1);
});

test("unanswered commands are sent again in their order", async () => {
  const server = await startServer();
  server.beforeAck = () => server.accepted === 1;
  const client = connect(server);
  const receipts = ["1", "2", "3"].map((key) => client.send("order", key, { PlaceOrder: {} }));
  await until(() => server.framesOf("command").length === 3);
  server.closeAll(1001);
  await Promise.all(receipts);
  expect(server.framesOf("command").map(({ key }) => key)).toEqual(["1", "2", "3", "1", "2", "3"]);
  expect(server.log).toHaveLength(3);
});

test("an id in flight is not sent twice by its caller", async () => {
  const server = await startServer();
  const client = connect(server);
  const send = () => client.send("order", "1", { PlaceOrder: {} }, { id: "mine" });
  const [first, second] = await Promise.all([send(), send()]);
  expect(first).toEqual(second);
  expect(server.framesOf("command")).toMatchObject([{ id: "mine" }]);
});

test("a closed client rejects what is unanswered and what comes later", async () => {
  const server = await startServer();
  server.beforeAck = () => true;
  const client = connect(server);
  const unanswered = client.send("order", "1", { PlaceOrder: {} });
  await until(() => server.framesOf("command").length);
  client.close();
  await expect(unanswered).rejects.toMatchObject({ code: "closed", status: 0 });
  await expect(client.send("order", "1", { PlaceOrder: {} })).rejects.toMatchObject({ code: "closed" });
  expect(client.connection.get()).toBe("closed");
});

test("commands without an answer are listed in their order", async () => {
  const server = await startServer();
  const client = connect(server);
  const listed = () => client.pending.get().map(({ id, state }) => [id, state]);
  const seen: unknown[] = [];
  client.pending.subscribe(() => seen.push(listed()));
  const before = Date.now();
  const receipts = ["a", "b"].map((id) => client.send("order", "1", { PlaceOrder: {} }, { id }));
  expect(listed()).toEqual([["a", "queued"], ["b", "queued"]]);
  expect(client.pending.get()[0]).toMatchObject({ store: "order", key: "1", action: { PlaceOrder: {} } });
  expect(client.pending.get()[0]!.since).toBeGreaterThanOrEqual(before);
  await Promise.all(receipts);
  expect(seen).toContainEqual([["a", "sent"], ["b", "sent"]]);
  expect(listed()).toEqual([]);
});
