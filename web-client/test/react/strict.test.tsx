// @vitest-environment jsdom
import { act } from "@testing-library/react";
import { expect, test, vi } from "vitest";
import { controlTime, until } from "../setup.js";
import { Page } from "./page.js";
import { startApp } from "./setup.js";

test("StrictMode over an open line asks each query once, sends nothing, and leaves nothing behind", async () => {
  controlTime();
  const { server, client, page } = await startApp();
  server.queries.count = () => ({ data: 3 });
  server.routes["GET /api/list"] = () => ({ body: 1 });
  client.subscribe(["b"], () => {});
  const line = await until(() => [...server.sockets].find(({ topics }) => topics.has("b")));

  const { container, unmount } = page(<Page />);
  await until(() => container.textContent?.includes("list success") && container.textContent.endsWith("3"));
  await until(() => line.topics.has("a"));
  expect(server.framesOf("query").map(({ live }) => live)).toEqual([true, false]);
  expect([line.queries.size, line.topics.size]).toEqual([1, 2]);

  unmount();
  await act(() => vi.advanceTimersByTimeAsync(10_000)); // what suspended may come back until then
  await until(() => line.queries.size === 0 && line.topics.size === 1);
  expect(server.framesOf("command")).toEqual([]);
  expect(server.accepted).toBe(1);
});
