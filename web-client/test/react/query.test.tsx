// @vitest-environment jsdom
import { act } from "@testing-library/react";
import { expect, test } from "vitest";
import { useQuery } from "../../src/react/index.js";
import { until } from "../setup.js";
import { startApp } from "./setup.js";

test("useQuery is live, follows its params, and stops with the component", async () => {
  const { server, hook } = await startApp();
  server.queries.count = (params) => ({ data: { params, count: server.log.length } });
  const { result, rerender, unmount } = hook((of: string) => useQuery("count", { of }), "a");
  expect(result.current).toEqual({ status: "pending" });
  await until(() => result.current.status === "success");
  expect(result.current).toEqual({ status: "success", data: { params: { of: "a" }, count: 0 }, position: 0 });
  server.publish("a");
  await until(() => result.current.position === 1);
  rerender("a");
  expect(result.current.position).toBe(1);
  rerender("b");
  expect(result.current).toEqual({ status: "pending" });
  await until(() => result.current.status === "success");
  expect(result.current.data).toEqual({ params: { of: "b" }, count: 1 });
  unmount();
  await until(() => [...server.sockets][0]?.queries.size === 0);
});

test("useQuery keeps its data through an error, and asks nothing when told to skip", async () => {
  const { server, client, hook } = await startApp();
  let broken = false;
  server.queries.count = () => (broken ? { code: "forbidden", message: "no" } : { data: 1 });
  const { result, rerender } = hook((skip: boolean) => useQuery("count", {}, { skip }), true);
  expect(result.current.status).toBe("pending");
  expect(client.connection.get()).toBe("idle");
  rerender(false);
  await until(() => result.current.status === "success");
  broken = true;
  server.publish("a");
  await until(() => result.current.status === "error");
  expect(result.current).toMatchObject({ data: 1, error: { code: "forbidden" } });
});

test("components with the same query share it; the last one ends it", async () => {
  const { server, page } = await startApp();
  server.queries.count = () => ({ data: server.log.length });
  const Count = () => <b>{String(useQuery("count", {}).data)}</b>;
  const { container, rerender, unmount } = page([<Count key="1" />, <Count key="2" />]);
  await until(() => container.textContent === "00");
  rerender([<Count key="3" />]);
  server.publish("a");
  await until(() => container.textContent === "1");
  expect(server.framesOf("query")).toHaveLength(1);
  unmount();
  await until(() => [...server.sockets][0]?.queries.size === 0);
});

test("a query that is not live is asked once, when it is mounted; its error is shown", async () => {
  const { server, hook } = await startApp();
  server.queries.count = () => ({ data: server.log.length });
  const use = () => useQuery("count", {}, { live: false });
  const { result, unmount } = hook(use);
  await until(() => result.current.status === "success");
  server.publish("a");
  await act(async () => unmount());
  server.queries.count = () => ({ code: "forbidden", message: "no" });
  const { result: next } = hook(use);
  await until(() => next.current.error?.code === "forbidden");
  expect(result.current.data).toBe(0);
  expect(server.framesOf("query").map(({ live }) => live)).toEqual([false, false]);
});
