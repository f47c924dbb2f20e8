import { expect, test } from "vitest";
import { signIn } from "../src/auth/index.js";
import { createTestServer } from "../src/testing/index.js";
import { connectInMemory, until } from "./setup.js";

test("the session loads on first subscribe: a visitor is null", async () => {
  const server = createTestServer();
  const { session } = connectInMemory(server);
  expect(session.get()).toBeUndefined();
  expect(server.requests).toEqual([]);
  session.subscribe(() => {});
  await until(() => session.get() === null);
});

test("a magic link signs in, keeps the token away, and reconnects the socket with the new identity", async () => {
  const server = createTestServer();
  const ada = server.addUser("ada");
  server.queries.me = (_, user) => user;
  const client = connectInMemory(server);
  const actors: unknown[] = [];
  client.watch("me", {}, ({ data }) => actors.push(data));
  await until(() => actors.length === 1);
  await signIn.magicLink(client, { email: "ada@example.com" });
  const session = await signIn.token(client, "token-ada");
  await until(() => actors.length === 2);
  expect(session).toEqual(ada);
  expect(client.session.get()).toEqual(ada);
  expect(actors).toEqual([null, "ada"]);
  await signIn.magicLink(client, { email: "ada@example.com", redirectTo: "/events/7" });
  expect(server.requests.filter(({ route }) => route === "POST /auth/magic-link/send").map(({ body }) => body)).toEqual([
    { email: "ada@example.com" },
    { email: "ada@example.com", redirect_to: "/events/7" },
  ]);
});

test("a bad link is refused and leaves the session alone", async () => {
  const server = createTestServer();
  const client = connectInMemory(server);
  await expect(signIn.token(client, "nonsense")).rejects.toMatchObject({ code: "invalid_token" });
  expect(client.session.get()).toBeUndefined();
});

test("signing out ends the session, rejects unanswered commands and goes on as a visitor", async () => {
  const server = createTestServer();
  server.addUser("ada");
  server.acks = false;
  const client = connectInMemory(server);
  await signIn.token(client, "token-ada");
  const unanswered = client.send("order", "1", { PlaceOrder: {} });
  await until(() => server.frames.filter(({ type }) => type === "command").length);
  const rejected = expect(unanswered).rejects.toMatchObject({ name: "ProblemError" });
  await client.session.signOut();
  await rejected;
  expect(client.session.get()).toBeNull();
  await until(() => server.users().includes(null));
  expect(server.frames.filter(({ type }) => type === "command")).toHaveLength(1);
});

test("4401 ends the session; signing in again brings the socket and its topics back without a gap", async () => {
  const server = createTestServer();
  server.addUser("ada");
  const client = connectInMemory(server);
  await signIn.token(client, "token-ada");
  const seqs: number[] = [];
  client.subscribe(["a"], ({ seq }) => seqs.push(seq), { after: 0 });
  server.publish("a", {});
  await until(() => seqs.length === 1);
  server.close(4401);
  await until(() => client.connection.get() === "closed");
  expect(client.session.get()).toBeNull();
  server.publish("a", {});
  await signIn.token(client, "token-ada");
  await until(() => seqs.length === 2);
  expect(seqs).toEqual([1, 2]);
});

test("a session that died while the line was down is noticed when the socket is refused", async () => {
  const server = createTestServer();
  server.addUser("ada");
  const client = connectInMemory(server);
  await signIn.token(client, "token-ada");
  client.subscribe(["a"], () => {});
  await until(() => client.connection.get() === "open");
  server.setNetwork("no sockets");
  server.revoke("ada");
  await until(() => client.session.get() === null);
});

test("signing in after close does not bring the client back", async () => {
  const server = createTestServer();
  server.addUser("ada");
  const client = connectInMemory(server);
  await client.send("order", "1", { PlaceOrder: {} });
  client.close();
  await signIn.token(client, "token-ada");
  await expect(client.send("order", "2", { PlaceOrder: {} })).rejects.toMatchObject({ code: "closed" });
  expect(server.accepted()).toBe(1);
});

test("only the answer to the latest question counts", async () => {
  const server = createTestServer();
  const ada = server.addUser("ada");
  let release = () => {};
  const held = new Promise<void>((resolve) => (release = resolve));
  const client = connectInMemory(server, {
    fetch: async (address, init) => {
      const response = await server.fetch(address, init);
      if (String(address).endsWith("/session")) await held;
      return response;
    },
  });
  const refreshed = client.session.refresh();
  await signIn.token(client, "token-ada");
  release();
  await refreshed;
  expect(client.session.get()).toEqual(ada);
});

test("a question that was overtaken is answered with the one that overtook it", async () => {
  const server = createTestServer();
  const held: (() => void)[] = [];
  const client = connectInMemory(server, {
    fetch: async (address, init) => {
      const response = await server.fetch(address, init);
      await new Promise<void>((resolve) => held.push(resolve));
      return response;
    },
  });
  const first = client.session.refresh().then(() => client.session.get());
  await until(() => held.length === 1);
  const ada = server.signIn("ada");
  const second = client.session.refresh();
  await until(() => held.length === 2);
  held[0]!();
  await until(() => held.shift());
  held[0]!();
  expect(await first).toEqual(ada);
  await second;
});

test("a server that cannot be asked leaves a known session, and an unknown one is a visitor's", async () => {
  const server = createTestServer();
  const ada = server.addUser("ada");
  const known = connectInMemory(server);
  await signIn.token(known, "token-ada");
  server.routes["GET /auth/session"] = () => ({ status: 500, body: { code: "internal" } });
  await expect(known.session.refresh()).rejects.toMatchObject({ code: "internal" });
  expect(known.session.get()).toEqual(ada);
  const unknown = connectInMemory(server);
  unknown.session.subscribe(() => {});
  await until(() => unknown.session.get() === null);
});
