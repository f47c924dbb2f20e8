// @vitest-environment jsdom
import { act } from "@testing-library/react";
import { expect, test } from "vitest";
import { signIn } from "../../src/auth/index.js";
import { useSession } from "../../src/react/index.js";
import { until } from "../setup.js";
import { startApp } from "./setup.js";

test("useSession follows sign-in and sign-out", async () => {
  const { server, client, hook } = await startApp();
  const ada = server.signIn("ada");
  const { result } = hook(() => useSession());
  expect(result.current.session).toBeUndefined();
  await until(() => result.current.session === null);
  await act(() => signIn.token(client, "token-ada"));
  expect(result.current.session).toEqual(ada);
  await act(() => result.current.signOut());
  expect(result.current.session).toBeNull();
});
