// @vitest-environment jsdom
import { expect, test } from "vitest";
import { useSubscription } from "../../src/react/index.js";
import { until } from "../setup.js";
import { startApp } from "./setup.js";

test("useSubscription subscribes once for equal topics and calls the latest handler", async () => {
  const { server, hook } = await startApp();
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
