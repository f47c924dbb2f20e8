// @vitest-environment jsdom
import { expect, expectTypeOf, test } from "vitest";
import { ProblemError } from "../src/index.js";
import { createTestServer } from "../src/testing/index.js";
import { connectInMemory, until } from "./setup.js";

interface Api {
  commands: { order: { Place: { quantity: number } } };
  queries: { left: { params: { event: string }; result: number } };
  topics: { event: { Sold: { quantity: number } } };
  errors: "sold_out";
}

/** A small shop, as the test of a page would tell it. */
function shop() {
  const server = createTestServer<Api>();
  let left = 3;
  server.commands.order = ({ key, action, user }) => {
    expectTypeOf(action).toEqualTypeOf<{ Place: { quantity: number } }>();
    if (user === null) throw new ProblemError(401, { code: "unauthenticated" });
    if (action.Place.quantity > left) throw new ProblemError(409, { code: "sold_out", fields: { quantity: `at most ${left}` } });
    left -= action.Place.quantity;
    server.publish(`event:${key}`, { Sold: action.Place });
  };
  server.queries.left = ({ event }) => (event === "7" ? left : 0);
  // @ts-expect-error a number is promised
  server.queries.left = () => "none";
  server.queries.left = ({ event }) => (event === "7" ? left : 0);
  return server;
}

test("one page buys, the other sees it", async () => {
  const server = shop();
  server.signIn("ada");
  const buyer = connectInMemory<Api>(server);
  const spectator = connectInMemory<Api>(server.browser());
  const left: unknown[] = [];
  const sold: unknown[] = [];
  spectator.watch("left", { event: "7" }, ({ data }) => left.push(data));
  spectator.subscribe(["event:7"], ({ action }) => sold.push(action.Sold.quantity));
  await until(() => left.length);
  const { position } = await buyer.send("order", "7", { Place: { quantity: 2 } });
  await until(() => left.at(-1) === 1 && sold.length);
  expect([position, sold]).toEqual([server.position(), [2]]);
  await expect(buyer.send("order", "7", { Place: { quantity: 2 } })).rejects.toMatchObject({
    status: 400,
    code: "sold_out",
    fields: { quantity: "at most 1" },
  });
  const stranger = spectator.send("order", "7", { Place: { quantity: 1 } });
  await expect(stranger).rejects.toMatchObject({ code: "unauthenticated" });
  expect(server.applied).toMatchObject([{ key: "7", user: "ada" }]);
});

test("routes answer as they are told, and what was asked is listed", async () => {
  const server = shop();
  const client = connectInMemory<Api>(server);
  server.routes["POST /api/notes"] = ({ body, user }) => ({ status: 201, body: { body, user } });
  expect(await client.post("/notes", { text: "hi" })).toEqual({ body: { text: "hi" }, user: null });
  server.routes["GET /api/notes?page=2"] = () => ({ status: 409, body: { code: "conflict", detail: "Later" } });
  await expect(client.get("/notes?page=2")).rejects.toMatchObject({ status: 409, code: "conflict", message: "Later" });
  server.routes["GET /api/down"] = () => "hang up";
  await expect(client.get("/down")).rejects.toMatchObject({ code: "network" });
  await expect(client.get("/nothing")).rejects.toMatchObject({ code: "not_found" });
  const asked = server.requests.map(({ route }) => route);
  expect(asked.slice(0, 3)).toEqual(["POST /api/notes", "GET /api/notes?page=2", "GET /api/down"]);
  expect(server.requests[0]).toMatchObject({ headers: { "content-type": "application/json" }, body: { text: "hi" } });
});

test("offline and back: what was made waits, what was missed comes", async () => {
  const server = shop();
  server.signIn("ada");
  const client = connectInMemory<Api>(server);
  const sold: number[] = [];
  client.subscribe(["event:7"], ({ action }) => sold.push(action.Sold.quantity), { after: 0 });
  await until(() => client.connection.get() === "open");
  server.setNetwork("down");
  await expect(client.get("/orders")).rejects.toMatchObject({ code: "network" });
  server.publish("event:7", { Sold: { quantity: 9 } });
  const made = client.send("order", "7", { Place: { quantity: 1 } });
  expect(client.pending.get()).toMatchObject([{ state: "queued" }]);
  server.setNetwork("ok");
  await made;
  await until(() => sold.length === 2);
  expect(sold).toEqual([9, 1]);
});
