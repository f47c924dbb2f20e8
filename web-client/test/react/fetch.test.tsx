// @vitest-environment jsdom
import { act, renderHook } from "@testing-library/react";
import { expect, test } from "vitest";
import { useFetch } from "../../src/react/index.js";
import { connect, until } from "../setup.js";
import { startApp, wrapperOf } from "./setup.js";

test("useFetch reads, reads again after an event, on refetch, and not after unmount", async () => {
  const { server, hook } = await startApp();
  server.routes["GET /api/list"] = () => ({ body: server.log.length });
  const topics = () => ["a"];
  const { result, unmount } = hook(() => useFetch<number>("/list", { topics: topics() }));
  await until(() => result.current.status === "success" && server.framesOf("subscribe").length);
  await until(() => server.sockets.size && [...server.sockets][0]?.topics.has("a"));
  server.publish("a");
  await until(() => result.current.data === 1);
  server.log.push({ topic: "other", seq: 2, action: {} });
  act(() => result.current.refetch());
  await until(() => result.current.data === 2);
  unmount();
  await until(() => [...server.sockets][0]?.topics.size === 0);
});

test("useFetch does not miss an event between its first read and its subscription", async () => {
  const { server, hook } = await startApp();
  server.routes["GET /api/list"] = () => {
    const body = server.log.length;
    if (body === 0) server.publish("a");
    return { body };
  };
  const { result } = hook(() => useFetch<number>("/list", { topics: ["a"] }));
  await until(() => result.current.data === 1);
});

test("useFetch ends a read that nobody waits for", async () => {
  const { server } = await startApp();
  let aborted = false;
  const slow = connect(server, {
    fetch: (_, init) =>
      new Promise((_resolve, reject) =>
        init?.signal?.addEventListener("abort", () => reject(((aborted = true), init.signal?.reason))),
      ),
  });
  const { result, unmount } = renderHook(() => useFetch("/list"), { wrapper: wrapperOf(slow) });
  expect(result.current.status).toBe("pending");
  unmount();
  expect(aborted).toBe(true);
});

test("useFetch without a path waits; an error keeps the data", async () => {
  const { server, hook } = await startApp();
  server.routes["GET /api/list"] = () => ({ body: "data" });
  const { result, rerender } = hook((path: string | null) => useFetch<string>(path), null as string | null);
  expect(result.current.status).toBe("pending");
  expect(server.requests).toEqual([]);
  rerender("/list");
  await until(() => result.current.data === "data");
  server.routes["GET /api/list"] = () => ({ status: 403, body: { code: "forbidden" } });
  act(() => result.current.refetch());
  await until(() => result.current.status === "error");
  expect(result.current).toMatchObject({ data: "data", error: { status: 403, code: "forbidden" } });
});
