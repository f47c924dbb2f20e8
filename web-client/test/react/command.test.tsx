// @vitest-environment jsdom
import { act } from "@testing-library/react";
import { expect, test } from "vitest";
import type { Client } from "../../src/index.js";
import { useCommand } from "../../src/react/index.js";
import { until } from "../setup.js";
import { startApp } from "./setup.js";

test("useCommand shows pending, success, error and reset; run keeps its identity", async () => {
  const { server, hook } = await startApp();
  const { result } = hook(() => useCommand((c, n: number) => c.post<string>("/pay", { n })));
  const { run } = result.current;
  server.routes["POST /api/pay"] = () => ({ body: "paid" });
  expect(result.current.status).toBe("idle");
  let answer: Promise<string | undefined>;
  act(() => void (answer = run(5)));
  expect(result.current).toMatchObject({ status: "pending", variables: 5 });
  await until(() => result.current.status === "success");
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
  const { hook } = await startApp();
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

test("useCommand of a store sends actions to one stream, once each under StrictMode", async () => {
  const { server, hook } = await startApp();
  const { result, rerender } = hook((key: string) => useCommand("order", key), "1");
  await act(() => result.current.run({ Place: { quantity: 2 } }));
  expect(result.current).toMatchObject({ status: "success", data: { store: "order", key: "1", position: 1 } });
  rerender("2");
  await act(() => result.current.run({ Refuse: { code: "sold_out", message: "Gone" } }));
  expect(result.current).toMatchObject({ status: "error", error: { code: "sold_out" } });
  expect(server.framesOf("command").map(({ key, action }) => [key, action])).toEqual([
    ["1", { Place: { quantity: 2 } }],
    ["2", { Refuse: { code: "sold_out", message: "Gone" } }],
  ]);
});
