// @vitest-environment jsdom
import { act, renderHook } from "@testing-library/react";
import { expect, test } from "vitest";
import { useClient, useConnectionState } from "../../src/react/index.js";
import { until } from "../setup.js";
import { complaints, startApp } from "./setup.js";

test("useClient without a provider names the remedy", () => {
  complaints();
  expect(() => renderHook(() => useClient())).toThrow("wrap the tree in <ClientProvider");
});

test("useConnectionState follows the socket", async () => {
  const { client, hook } = await startApp();
  const { result } = hook(() => useConnectionState());
  expect(result.current).toBe("idle");
  act(() => void client.subscribe(["a"], () => {}));
  await until(() => result.current === "open");
});
