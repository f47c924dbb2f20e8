// @vitest-environment jsdom
import { act } from "@testing-library/react";
import { expect, test, vi } from "vitest";
import { signIn } from "../../src/auth/index.js";
import type { PendingCommand } from "../../src/index.js";
import { useOptimisticQuery, usePendingCommands } from "../../src/react/index.js";
import { controlTime, until } from "../setup.js";
import { startApp } from "./setup.js";

const refusal = { code: "sold_out", message: "Gone" };

/** What is not confirmed has a question mark. */
function withAdded(data: unknown, { action }: PendingCommand): unknown {
  const items = data as string[];
  const item = "Add" in action ? String(action.Add) : "refused";
  return items.includes(item) ? items : [...items, `${item}?`];
}

/** A cart whose read model only moves when told to. */
async function startCart() {
  const app = await startApp();
  const cart = { items: ["a"], position: 0 };
  app.server.queries.cart = () => ({ data: cart.items, position: cart.position });
  const shown: string[] = [];
  const view = app.hook(() => {
    const { data, status } = useOptimisticQuery("cart", {}, withAdded);
    const text = data ? (data as string[]).join() : status;
    if (shown.at(-1) !== text) shown.push(text);
    return text;
  });
  await until(() => view.result.current === "a");
  return {
    ...app,
    ...view,
    cart,
    /** All that was rendered, without repetitions. */
    shown,
    send: (...actions: Record<string, unknown>[]) =>
      act(async () => actions.forEach((action) => void app.client.send("cart", "1", action).catch(() => {}))),
    answered: () => until(() => app.client.pending.get().length === 0),
    /** The read model reflects the log up to here, and live queries run. */
    confirm(position: number, ...items: string[]) {
      Object.assign(cart, { items, position });
      app.server.publish("elsewhere");
    },
  };
}

test("a command is shown at once, over its ack, and until the confirmed data has it: nothing flickers", async () => {
  controlTime();
  const { shown, send, answered, confirm, result, server, unmount } = await startCart();
  await send({ Add: "b" });
  expect(result.current).toBe("a,b?");
  await answered();
  expect(result.current).toBe("a,b?");
  confirm(1, "a", "b");
  await until(() => result.current === "a,b");
  await act(() => vi.advanceTimersByTimeAsync(1000));
  expect(shown).toEqual(["pending", "a", "a,b?", "a,b"]);
  expect(server.framesOf("command")).toHaveLength(1);
  expect(server.framesOf("query")).toHaveLength(1);
  unmount();
  await until(() => [...server.sockets][0]?.queries.size === 0);
});

test("confirmed data that is ahead of the ack leaves nothing to replay", async () => {
  const { shown, send, answered, result, cart, server } = await startCart();
  Object.assign(cart, { items: ["a", "b"], position: 1 }); // what the command's own event brings
  await send({ Add: "b" });
  await answered();
  expect(result.current).toBe("a,b");
  expect(shown).toEqual(["pending", "a", "a,b?", "a,b"]);
  expect(server.framesOf("query")).toHaveLength(1);
});

test("a refused command is taken back, the others stay in their order", async () => {
  const { shown, send, answered, confirm, result } = await startCart();
  await send({ Add: "b" }, { Refuse: refusal }, { Add: "c" });
  await answered();
  await until(() => result.current === "a,b?,c?");
  confirm(1, "a", "b");
  await until(() => result.current === "a,b,c?");
  confirm(2, "a", "b", "c");
  await until(() => result.current === "a,b,c");
  expect(shown).toEqual(["pending", "a", "a,b?,refused?,c?", "a,b?,c?", "a,b,c?", "a,b,c"]);
});

test("a command outlives a reconnect, and so does what it is shown over", async () => {
  const { shown, send, answered, confirm, result, server, client } = await startCart();
  server.signIn("ada");
  await act(() => signIn.token(client, "token-ada"));
  server.beforeAck = () => true;
  await send({ Add: "b" });
  await until(() => server.framesOf("command").length);
  server.beforeAck = () => false;
  server.terminateAll();
  await until(() => server.framesOf("command").length === 2 && client.connection.get() === "open");
  await answered();
  expect(result.current).toBe("a,b?");
  confirm(1, "a", "b");
  await until(() => result.current === "a,b");
  expect(shown).toEqual(["pending", "a", "a,b?", "a,b"]);
});

test("a committed command that the query does not show has it asked again after a second, and ends", async () => {
  controlTime();
  const { shown, send, answered, result, server, cart } = await startCart();
  await send({ Add: "b" });
  await answered();
  cart.position = 1;
  await act(() => vi.advanceTimersByTimeAsync(999));
  expect([result.current, server.framesOf("query").length]).toEqual(["a,b?", 1]);
  await act(() => vi.advanceTimersByTimeAsync(1));
  await until(() => result.current === "a");
  expect(server.framesOf("query")).toHaveLength(2);
  expect(shown).toEqual(["pending", "a", "a,b?", "a"]);
  await act(() => vi.advanceTimersByTimeAsync(5000));
  expect(server.framesOf("query")).toHaveLength(2);
});

test("positions of a log that was begun anew hold nothing up", async () => {
  const { send, answered, confirm, result, server } = await startCart();
  server.trim(5);
  confirm(6, "a");
  await until(() => server.head === 6);
  await send({ Add: "b" });
  await answered();
  expect(result.current).toBe("a,b?");
  confirm(2, "new");
  await until(() => result.current === "new");
});

test("whoever mounts while commands wait shows them from the first render", async () => {
  const { hook, send, server, unmount } = await startCart();
  server.beforeAck = () => true;
  await send({ Add: "b" });
  const { result } = hook(() => [
    usePendingCommands().map(({ action }) => action),
    useOptimisticQuery("cart", {}, withAdded).data,
  ]);
  expect(result.current).toEqual([[{ Add: "b" }], ["a", "b?"]]);
  unmount();
});

test("what is told to skip asks nothing", async () => {
  const { client, hook } = await startApp();
  const { result } = hook(() => useOptimisticQuery("cart", {}, withAdded, { skip: true }));
  expect(result.current).toEqual({ status: "pending" });
  expect(client.connection.get()).toBe("idle");
});

test("usePendingCommands shows what waits for a connection, until it is answered", async () => {
  const { server, client, hook } = await startApp();
  server.rejectUpgrades = true;
  const { result } = hook(() => usePendingCommands());
  await act(async () => void client.send("cart", "1", { Add: "b" }));
  expect(result.current).toMatchObject([{ store: "cart", key: "1", action: { Add: "b" }, state: "queued" }]);
  server.rejectUpgrades = false;
  await until(() => result.current.length === 0);
  expect(server.framesOf("command")).toHaveLength(1);
});
