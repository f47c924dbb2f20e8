// @vitest-environment jsdom
import { act, cleanup, render, renderHook } from "@testing-library/react";
import { StrictMode, type ReactNode } from "react";
import { renderToString } from "react-dom/server";
import { hydrateRoot } from "react-dom/client";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { verifyMagicLink } from "../src/auth/index.js";
import type { Client } from "../src/index.js";
import {
  ClientProvider,
  useClient,
  useCommand,
  useConnectionState,
  useFetch,
  useQuery,
  useSession,
  useSubscription,
} from "../src/react/index.js";
import type { TestServer } from "./server.js";
import { connect, startServer, until } from "./setup.js";

let server: TestServer;
let client: Client;

beforeEach(async () => {
  vi.stubGlobal("IS_REACT_ACT_ENVIRONMENT", true);
  server = await startServer();
  client = connect(server);
});
afterEach(cleanup);
afterEach(() => void vi.restoreAllMocks());

const wrapper = ({ children }: { children: ReactNode }) => (
  <StrictMode>
    <ClientProvider client={client}>{children}</ClientProvider>
  </StrictMode>
);
const settle = <T,>(found: () => T) => act(() => until(found));
const hook = <T, P>(use: (props: P) => T, initialProps?: NoInfer<P>) => renderHook(use, { wrapper, initialProps });

test("useClient without a provider names the remedy", () => {
  vi.spyOn(console, "error").mockImplementation(() => {});
  expect(() => renderHook(() => useClient())).toThrow("wrap the tree in <ClientProvider");
});

test("useQuery is live, follows its params, and stops with the component", async () => {
  server.queries.count = (params) => ({ data: { params, count: server.log.length } });
  const { result, rerender, unmount } = hook((of: string) => useQuery("count", { of }), "a");
  expect(result.current).toEqual({ status: "pending" });
  await settle(() => result.current.status === "success");
  expect(result.current).toEqual({ status: "success", data: { params: { of: "a" }, count: 0 }, position: 0 });
  server.publish("a");
  await settle(() => result.current.position === 1);
  rerender("a");
  expect(result.current.position).toBe(1);
  rerender("b");
  expect(result.current).toEqual({ status: "pending" });
  await settle(() => result.current.status === "success");
  expect(result.current.data).toEqual({ params: { of: "b" }, count: 1 });
  unmount();
  await until(() => [...server.sockets][0]?.queries.size === 0);
});

test("useQuery keeps its data through an error, and asks nothing when told to skip", async () => {
  let broken = false;
  server.queries.count = () => (broken ? { code: "forbidden", message: "no" } : { data: 1 });
  const { result, rerender } = hook((skip: boolean) => useQuery<number>("count", {}, { skip }), true);
  expect(result.current.status).toBe("pending");
  expect(client.connection.get()).toBe("idle");
  rerender(false);
  await settle(() => result.current.status === "success");
  broken = true;
  server.publish("a");
  await settle(() => result.current.status === "error");
  expect(result.current).toMatchObject({ data: 1, error: { code: "forbidden" } });
});

test("useFetch reads, reads again after an event, on refetch, and not after unmount", async () => {
  server.routes["GET /api/list"] = () => ({ body: server.log.length });
  const topics = () => ["a"];
  const { result, unmount } = hook(() => useFetch<number>("/list", { topics: topics() }));
  await settle(() => result.current.status === "success" && server.framesOf("subscribe").length);
  await settle(() => server.sockets.size && [...server.sockets][0]?.topics.has("a"));
  server.publish("a");
  await settle(() => result.current.data === 1);
  server.log.push({ topic: "other", seq: 2, action: {} });
  act(() => result.current.refetch());
  await settle(() => result.current.data === 2);
  unmount();
  await until(() => [...server.sockets][0]?.topics.size === 0);
});

test("useFetch does not miss an event between its first read and its subscription", async () => {
  server.routes["GET /api/list"] = () => {
    const body = server.log.length;
    if (body === 0) server.publish("a");
    return { body };
  };
  const { result } = hook(() => useFetch<number>("/list", { topics: ["a"] }));
  await settle(() => result.current.data === 1);
});

test("useFetch ends a read that nobody waits for", async () => {
  let aborted = false;
  const slow = connect(server, {
    fetch: (_, init) =>
      new Promise((_resolve, reject) =>
        init?.signal?.addEventListener("abort", () => reject(((aborted = true), init.signal?.reason))),
      ),
  });
  const { result, unmount } = renderHook(() => useFetch("/list"), {
    wrapper: ({ children }: { children: ReactNode }) => <ClientProvider client={slow}>{children}</ClientProvider>,
  });
  expect(result.current.status).toBe("pending");
  unmount();
  expect(aborted).toBe(true);
});

test("useFetch without a path waits; an error keeps the data", async () => {
  server.routes["GET /api/list"] = () => ({ body: "data" });
  const { result, rerender } = hook((path: string | null) => useFetch<string>(path), null as string | null);
  expect(result.current.status).toBe("pending");
  expect(server.requests).toEqual([]);
  rerender("/list");
  await settle(() => result.current.data === "data");
  server.routes["GET /api/list"] = () => ({ status: 403, body: { code: "forbidden" } });
  act(() => result.current.refetch());
  await settle(() => result.current.status === "error");
  expect(result.current).toMatchObject({ data: "data", error: { status: 403, code: "forbidden" } });
});

test("useSubscription subscribes once for equal topics and calls the latest handler", async () => {
  const seen: string[] = [];
  const { rerender, unmount } = hook((label: string) => useSubscription(["a"], ({ seq }) => seen.push(label + seq)), "x");
  await until(() => [...server.sockets][0]?.topics.has("a"));
  rerender("y");
  server.publish("a");
  await until(() => seen.length);
  unmount();
  await until(() => [...server.sockets][0]?.topics.size === 0);
  expect(seen).toEqual(["y1"]);
  expect([...server.frames].map(({ type }) => type)).toEqual(["subscribe", "unsubscribe"]);
});

test("useCommand shows pending, success, error and reset; run keeps its identity", async () => {
  const { result } = hook(() => useCommand((c, n: number) => c.post<string>("/pay", { n })));
  const { run } = result.current;
  server.routes["POST /api/pay"] = () => ({ body: "paid" });
  expect(result.current.status).toBe("idle");
  let answer: Promise<string | undefined>;
  act(() => void (answer = run(5)));
  expect(result.current).toMatchObject({ status: "pending", variables: 5 });
  await settle(() => result.current.status === "success");
  expect(await answer!).toBe("paid");
  expect(result.current).toMatchObject({ data: "paid", variables: 5 });

  server.routes["POST /api/pay"] = () => ({ status: 402, body: { code: "payment_declined", message: "No" } });
  await act(async () => expect(await run(6)).toBeUndefined());
  expect(result.current).toMatchObject({ status: "error", error: { status: 402, message: "No" }, variables: 6 });
  expect(result.current.run).toBe(run);
  act(() => result.current.reset());
  expect(result.current.status).toBe("idle");
});

test("of several runs the last one's state is shown, and a thrown bug becomes an error with its cause", async () => {
  const finish: Record<string, (value: string) => void> = {};
  const { result } = hook(() =>
    useCommand((_: Client, name: string) => new Promise<string>((resolve) => (finish[name] = resolve))),
  );
  await act(async () => {
    void result.current.run("first");
    void result.current.run("second");
    finish.second!("2");
  });
  await act(async () => finish.first!("1"));
  expect(result.current).toMatchObject({ status: "success", data: "2", variables: "second" });

  const bug = new TypeError("x is undefined");
  const { result: broken } = hook(() => useCommand(() => Promise.reject(bug)));
  await act(() => broken.current.run(undefined));
  expect(broken.current.error).toMatchObject({ code: "failed", cause: bug });
});

test("useSession follows sign-in and sign-out", async () => {
  const ada = server.signIn("ada");
  const { result } = hook(() => useSession());
  expect(result.current.session).toBeUndefined();
  await settle(() => result.current.session === null);
  await act(() => verifyMagicLink(client, "token-ada"));
  expect(result.current.session).toEqual(ada);
  await act(() => result.current.signOut());
  expect(result.current.session).toBeNull();
});

test("useConnectionState follows the socket", async () => {
  const { result } = hook(() => useConnectionState());
  expect(result.current).toBe("idle");
  act(() => void client.subscribe(["a"], () => {}));
  await settle(() => result.current === "open");
});

test.each([
  ["online", () => window.dispatchEvent(new Event("online"))],
  ["visible", () => document.dispatchEvent(new Event("visibilitychange"))],
])("a page that becomes %s reconnects at once and probes an open line", async (_, wake) => {
  const slow = connect(server, { random: () => 1 });
  slow.subscribe(["a"], () => {});
  await until(() => server.framesOf("subscribe").length);
  wake();
  await until(() => server.framesOf("ping").length);
  for (let loss = 1; loss <= 6; loss++) {
    server.terminateAll();
    await until(() => slow.connection.get() === "waiting");
    wake();
    expect(slow.connection.get()).toBe("connecting");
    await until(() => slow.connection.get() === "open" && server.sockets.size === 1);
  }
});

function Page() {
  const { session } = useSession();
  const state = useConnectionState();
  const { data, status } = useQuery<number>("count", {});
  const list = useFetch<number>("/list", { topics: ["a"] });
  useSubscription(["a"], () => {});
  const command = useCommand(async () => 1);
  return <p>{[String(session), state, status, data, list.status, command.status].join(" ")}</p>;
}

test("a server render asks nothing; hydration matches it and goes live", async () => {
  const html = renderToString(wrapper({ children: <Page /> }));
  expect(html).toBe("<p>undefined idle pending  pending idle</p>");
  expect([server.requests, server.accepted]).toEqual([[], 0]);

  server.queries.count = () => ({ data: 3 });
  server.routes["GET /api/list"] = () => ({ body: 1 });
  const complaints = vi.spyOn(console, "error");
  const root = document.createElement("div");
  root.innerHTML = html;
  const hydrated = await act(async () => hydrateRoot(root, wrapper({ children: <Page /> })));
  await settle(() => root.textContent === "null open success 3 success idle");
  expect(complaints).not.toHaveBeenCalled();
  act(() => hydrated.unmount());
});

test("two components with one query each get their answers", async () => {
  server.queries.count = () => ({ data: 3 });
  const Count = () => <b>{useQuery<number>("count", {}).data}</b>;
  const { container } = render(wrapper({ children: [<Count key="1" />, <Count key="2" />] }));
  await settle(() => container.textContent === "33");
});
