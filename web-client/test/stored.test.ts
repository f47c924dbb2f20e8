import { expect, onTestFinished, test, vi } from "vitest";
import { ProblemError, type ClientOptions, type PendingCommand } from "../src/index.js";
import { createTestServer, type TestServer } from "../src/testing/index.js";
import { connectInMemory, createStorage, until } from "./setup.js";

const place = { Place: {} };

/** A browser in which ada is signed in. Its pages share the storage. */
function browser() {
  const server = createTestServer();
  const storage = createStorage();
  server.signIn("ada");
  const open = async (options: Partial<ClientOptions> = {}) => {
    const client = connectInMemory(server, { storage, ...options });
    await client.session.refresh().catch(() => {});
    return client;
  };
  /** A page that makes commands without a network and then goes away, without a word, as pages do. */
  const leaveBehind = async (keys: string[], options: Partial<ClientOptions> = {}) => {
    const { gone, ...mortal } = mortalPage(server);
    const client = await open({ ...mortal, ...options });
    server.setNetwork("down");
    for (const key of keys) client.send("order", key, place, { id: `id-${key}` }).catch(() => {});
    gone();
    server.setNetwork("ok");
  };
  return { server, storage, open, leaveBehind };
}

/** A page whose calls come to nothing once it is gone. */
function mortalPage({ fetch, WebSocket }: TestServer) {
  let isGone = false;
  const dead = { send() {}, close() {} };
  return {
    gone: () => (isGone = true),
    fetch: ((...args) => (isGone ? new Promise(() => {}) : fetch(...args))) as typeof fetch,
    WebSocket: function (address: string) {
      return isGone ? dead : new WebSocket(address);
    } as unknown as typeof WebSocket,
  };
}

const keysOf = (server: TestServer) => server.applied.map(({ key, user }) => `${user} ${key}`);

test("a signed-in user's commands survive a reload, in their order and under their ids", async () => {
  const { server, storage, open, leaveBehind } = browser();
  await leaveBehind(["1", "2", "3"]);
  const refused = vi.fn();
  const reloaded = await open({ onRefused: refused });
  expect(reloaded.pending.get().map(({ id }) => id)).toEqual(["id-1", "id-2", "id-3"]);
  const receipt = reloaded.send("order", "4", place);
  const again = reloaded.send("order", "2", place, { id: "id-2" });
  expect([(await receipt).position, (await again).position]).toEqual([4, 2]);
  expect(keysOf(server)).toEqual(["ada 1", "ada 2", "ada 3", "ada 4"]);
  expect([storage.items.size, refused.mock.calls.length]).toEqual([0, 0]);
});

test("what was applied before the reload is not applied again", async () => {
  const { server, open } = browser();
  const { gone, ...mortal } = mortalPage(server);
  const page = await open(mortal);
  server.acks = false;
  page.send("order", "1", place).catch(() => {});
  await until(() => server.applied.length);
  gone();
  server.acks = true;
  const reloaded = await open();
  await until(() => reloaded.pending.get().length === 0);
  expect(server.frames.filter(({ type }) => type === "command")).toHaveLength(2);
  expect(server.applied).toHaveLength(1);
});

test("a page that is offline takes them up when it learns who the user is", async () => {
  const { server, open, leaveBehind } = browser();
  await leaveBehind(["1"]);
  server.setNetwork("down");
  const reloaded = await open();
  expect(reloaded.session.get()).toBeNull();
  reloaded.send("order", "2", place).catch(() => {});
  server.setNetwork("ok");
  await until(() => server.applied.length === 2 && reloaded.pending.get().length === 0);
  expect(keysOf(server)).toEqual(["ada 1", "ada 2"]);
});

test("any use of the socket takes them up", async () => {
  const { server, storage, leaveBehind } = browser();
  await leaveBehind(["1"]);
  connectInMemory(server, { storage }).subscribe(["a"], () => {});
  await until(() => server.applied.length === 1);
});

test("one that is refused after the reload is told of", async () => {
  const { server, storage, open, leaveBehind } = browser();
  await leaveBehind(["1"]);
  server.commands.order = () => {
    throw new ProblemError(409, { code: "sold_out" });
  };
  const told: [PendingCommand, ProblemError][] = [];
  await open({ onRefused: (...refused) => told.push(refused) });
  await until(() => told.length);
  expect(told).toMatchObject([[{ id: "id-1", store: "order", key: "1", action: place }, { code: "sold_out" }]]);
  expect(storage.items.size).toBe(0);
});

test("nobody's commands are sent as somebody else's: they wait for their user", async () => {
  const { server, open, leaveBehind } = browser();
  await leaveBehind(["1"]);
  server.signIn("bob");
  const bobs = await open();
  await bobs.send("order", "2", place);
  server.signIn("ada");
  await open();
  await until(() => server.applied.length === 2);
  expect(keysOf(server)).toEqual(["bob 2", "ada 1"]);
});

test("somebody else signs in on another page while this one is offline: its commands are given up", async () => {
  const { server, storage, open } = browser();
  const page = await open();
  page.subscribe(["a"], () => {});
  await until(() => page.connection.get() === "open");
  server.setNetwork("down");
  const made = expect(page.send("order", "1", place)).rejects.toMatchObject({ code: "closed" });
  server.signIn("bob");
  server.setNetwork("ok");
  await made;
  await page.send("order", "2", place);
  expect(keysOf(server)).toEqual(["bob 2"]);
  expect(storage.items.size).toBe(0);
});

test("signing out gives them up, on the next page too", async () => {
  const { server, storage, open } = browser();
  const page = await open();
  server.acks = false;
  const unanswered = expect(page.send("order", "1", place)).rejects.toMatchObject({ name: "ProblemError" });
  await until(() => server.applied.length);
  expect(storage.items.size).toBe(1);
  await page.session.signOut();
  await unanswered;
  expect(storage.items.size).toBe(0);
});

test("a visitor's commands are not kept", async () => {
  const server = createTestServer();
  const storage = createStorage();
  const page = connectInMemory(server, { storage });
  await page.session.refresh();
  server.acks = false;
  page.send("order", "1", place).catch(() => {});
  await until(() => server.applied.length);
  expect(storage.items.size).toBe(0);
});

test("those made before the user was known are kept as soon as they are", async () => {
  const { server, storage } = browser();
  server.acks = false;
  connectInMemory(server, { storage }).send("order", "1", place).catch(() => {});
  expect(storage.items.size).toBe(0);
  await until(() => server.applied.length);
  expect(storage.items.size).toBe(1);
});

test.each([
  ["full", { getItem: () => null, setItem: quotaExceeded, removeItem: () => {} }],
  ["forbidden", { getItem: quotaExceeded, setItem: quotaExceeded, removeItem: quotaExceeded }],
  ["broken", { getItem: () => "{", setItem: () => {}, removeItem: () => {} }],
  ["somebody else's", { getItem: () => '[1,null,{"user":"ada"}]', setItem: () => {}, removeItem: () => {} }],
  ["switched off", null],
])("a storage that is %s changes nothing but that a reload forgets", async (_, storage) => {
  const { server, open, leaveBehind } = browser();
  await leaveBehind(["1"], { storage });
  const page = await open({ storage });
  await page.send("order", "2", place);
  expect(keysOf(server)).toEqual(["ada 2"]);
});

function quotaExceeded(): never {
  throw new DOMException("no", "QuotaExceededError");
}

test("of several pages each sends its own; what a page leaves behind one of the others takes up", async () => {
  const locks = createLocks();
  const { server, open } = browser();
  const { gone, ...mortal } = mortalPage(server);
  const first = await open(mortal);
  server.setNetwork("down");
  for (const key of ["1", "2"]) first.send("order", key, place).catch(() => {});
  server.setNetwork("ok");
  const others = [await open(), await open()];
  await until(() => first.pending.get().length === 0);
  const sent = () => server.frames.filter(({ type }) => type === "command").map(({ key }) => key);
  expect(sent()).toEqual(["1", "2"]);
  expect(locks.held()).toBe(0);

  server.acks = false;
  first.send("order", "3", place).catch(() => {});
  await until(() => server.applied.length === 3);
  others.push(await open(), await open());
  expect(others.flatMap((page) => page.pending.get())).toEqual([]);
  server.acks = true;
  gone();
  locks.crash();
  await until(() => sent().length === 4);
  await until(() => others.every((page) => page.pending.get().length === 0));
  expect(sent()).toEqual(["1", "2", "3", "3"]);
  expect(server.applied).toHaveLength(3);
});

test("a page that waits for another's commands does not take them up for another user", async () => {
  const locks = createLocks();
  const { server, storage, open } = browser();
  server.acks = false;
  (await open(mortalPage(server))).send("order", "1", place).catch(() => {});
  await until(() => server.applied.length);
  const waits = await open();
  server.signIn("bob");
  await waits.session.refresh();
  locks.crash();
  await until(() => locks.held() === 0);
  expect(waits.pending.get()).toEqual([]);
  expect(storage.items.size).toBe(1);
});

/** The part of the Web Locks API in use: a queue per name. `crash` frees what is held now, as if its page were gone. */
function createLocks() {
  const queues = new Map<string, (() => unknown)[]>();
  const run = (name: string) => {
    const [first] = queues.get(name) ?? [];
    if (first) void Promise.resolve(first()).then(() => free(name, first));
  };
  const free = (name: string, holder: () => unknown) => {
    const queue = queues.get(name) ?? [];
    if (queue[0] !== holder) return;
    queue.shift();
    run(name);
  };
  const locks = {
    request: async (name: string, holder: () => unknown) => {
      const queue = queues.get(name) ?? [];
      queues.set(name, queue);
      if (queue.push(holder) === 1) queueMicrotask(() => run(name));
    },
    crash() {
      for (const [name, [holder]] of queues) if (holder) free(name, holder);
    },
    held: () => [...queues.values()].filter((queue) => queue.length > 0).length,
  };
  vi.stubGlobal("navigator", { locks });
  onTestFinished(() => void vi.unstubAllGlobals());
  return locks;
}
