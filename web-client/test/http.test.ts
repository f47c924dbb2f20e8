import { expect, test, vi } from "vitest";
import { ProblemError } from "../src/index.js";
import type { Answer } from "./server.js";
import { connect, controlTime, startServer, until } from "./setup.js";

test("the methods send their route and body and answer with the decoded body", async () => {
  const server = await startServer();
  const client = connect(server);
  for (const method of ["POST", "PUT", "PATCH", "DELETE"] as const) {
    server.routes[`${method} /api/things/1`] = ({ body }) => ({ body: { method, body } });
    const call = client[method.toLowerCase() as "post" | "put" | "patch" | "delete"];
    expect(await call("/things/1", { n: 1 })).toEqual({ method, body: { n: 1 } });
  }
  server.routes["GET /api/things?all=1"] = () => ({ body: [1] });
  server.routes["POST /api/empty"] = () => ({ status: 204 });
  expect(await client.get("/things?all=1")).toEqual([1]);
  expect(await client.post("/empty")).toBeUndefined();
});

test("problem+json becomes a ProblemError; so does an answer that is no problem", async () => {
  const server = await startServer();
  const client = connect(server);
  const body = { status: 409, code: "insufficient_inventory", message: "2 left", fields: { n: "at most 2" }, left: 2 };
  server.routes["POST /api/holds"] = () => ({ status: 409, body });
  const refused = await client.post("/holds").catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(ProblemError);
  expect(refused).toMatchObject({ status: 409, code: body.code, message: "2 left", fields: body.fields, details: body });

  server.routes["GET /api/odd"] = () => ({ status: 418, headers: { "Content-Type": "text/html" }, body: "<p>" });
  await expect(client.get("/odd")).rejects.toMatchObject({ status: 418, code: "http_418", message: "I'm a Teapot" });
});

test("reads carry the furthest position written or seen", async () => {
  const server = await startServer();
  const client = connect(server);
  server.routes["GET /api/a"] = () => ({ body: 1 });
  const positions = ["12", "7"];
  server.routes["POST /api/a"] = () => ({ headers: { "Store-Position": positions.shift()! } });
  await client.get("/a");
  await client.post("/a");
  await client.post("/a");
  await client.get("/a");
  const after = server.requestsOf("GET /api/a").map(({ headers }) => headers["store-after"]);
  expect(after).toEqual([undefined, "12"]);
  expect(server.requestsOf("POST /api/a")[1]?.headers["store-after"]).toBeUndefined();
});

test("an event that was seen is in what is read next", async () => {
  const server = await startServer();
  const client = connect(server);
  server.routes["GET /api/a"] = () => ({ body: 1 });
  const read = new Promise((resolve) => client.subscribe(["a"], () => resolve(client.get("/a")), { after: 0 }));
  server.publish("a");
  await read;
  expect(server.requestsOf("GET /api/a")[0]?.headers["store-after"]).toBe("1");
});

test("a lost answer, 429 and 503 are tried again under one key and body", async () => {
  const server = await startServer();
  const answers: (Answer | "hang up")[] = ["hang up", { status: 429 }, { status: 503 }, { body: "done" }];
  server.routes["POST /api/pay"] = () => answers.shift()!;
  expect(await connect(server).post("/pay", { n: 1 })).toBe("done");
  const tries = server.requestsOf("POST /api/pay");
  expect(tries).toHaveLength(4);
  expect(new Set(tries.map(({ headers }) => headers["idempotency-key"])).size).toBe(1);
  expect(tries.map(({ body }) => body)).toEqual(Array(4).fill({ n: 1 }));
});

test("each call has its own key unless it is given one", async () => {
  const server = await startServer();
  const client = connect(server);
  server.routes["POST /api/pay"] = () => ({});
  await client.post("/pay");
  await client.post("/pay");
  await client.post("/pay", {}, { idempotencyKey: "mine", headers: { "X-Correlation-ID": "c" } });
  const [first, second, third] = server.requestsOf("POST /api/pay").map(({ headers }) => headers);
  expect(first?.["idempotency-key"]).toMatch(/^[0-9a-z]{28}$/);
  expect(second?.["idempotency-key"]).not.toBe(first?.["idempotency-key"]);
  expect(third).toMatchObject({ "idempotency-key": "mine", "x-correlation-id": "c" });
});

test("trying again ends after the third time, and other refusals are not tried again", async () => {
  const server = await startServer();
  const client = connect(server);
  server.routes["POST /api/down"] = () => "hang up";
  server.routes["POST /api/broken"] = () => ({ status: 500 });
  await expect(client.post("/down")).rejects.toMatchObject({ status: 0, code: "network" });
  await expect(client.post("/broken")).rejects.toMatchObject({ status: 500 });
  expect(server.requestsOf("POST /api/down")).toHaveLength(4);
  expect(server.requestsOf("POST /api/broken")).toHaveLength(1);
});

test("Retry-After is waited for, in seconds or until a date; a long one is the caller's decision", async () => {
  controlTime();
  const server = await startServer();
  const random = vi.fn(() => 0);
  const client = connect(server, { random });
  const inFourSeconds = () => new Date(Math.ceil(Date.now() / 1000) * 1000 + 4000).toUTCString();
  const waits: Answer[] = [
    { status: 503, headers: { "Retry-After": "5" } },
    { status: 429, headers: { "Retry-After": inFourSeconds() } },
    { body: "done" },
  ];
  server.routes["POST /api/busy"] = () => waits.shift()!;
  const busy = client.post("/busy");
  await until(() => random.mock.calls.length === 1);
  await vi.advanceTimersByTimeAsync(4999);
  expect(server.requestsOf("POST /api/busy")).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(1);
  await until(() => random.mock.calls.length === 2);
  await vi.advanceTimersByTimeAsync(5000);
  expect(await busy).toBe("done");

  server.routes["POST /api/later"] = () => ({ status: 429, headers: { "Retry-After": "60" } });
  await expect(client.post("/later")).rejects.toMatchObject({ status: 429, retryAfter: 60 });
});

test("an abort ends the request and the pause before the next try", async () => {
  const server = await startServer();
  const client = connect(server);
  server.routes["POST /api/busy"] = () => ({ status: 503, headers: { "Retry-After": "10" } });
  const controller = new AbortController();
  const busy = client.post("/busy", {}, { signal: controller.signal });
  await until(() => server.requestsOf("POST /api/busy").length);
  controller.abort(new Error("left the page"));
  await expect(busy).rejects.toThrow("left the page");
  await expect(client.get("/a", { signal: controller.signal })).rejects.toThrow("left the page");
});
