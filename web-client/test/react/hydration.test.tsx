// @vitest-environment jsdom
import { act } from "@testing-library/react";
import { hydrateRoot } from "react-dom/client";
import { renderToString } from "react-dom/server";
import { expect, test } from "vitest";
import { Page } from "./page.js";
import { until } from "../setup.js";
import { complaints, startApp } from "./setup.js";

test("hydration matches the server's page, and goes live", async () => {
  const { server, wrapper } = await startApp();
  const root = document.createElement("div");
  root.innerHTML = renderToString(wrapper({ children: <Page /> }));
  expect(server.accepted).toBe(0);

  server.queries.count = () => ({ data: 3 });
  server.routes["GET /api/list"] = () => ({ body: 1 });
  const complained = complaints();
  const recovered: string[] = [];
  const onRecoverableError = (error: unknown) => recovered.push(String(error));
  const page = await act(async () => hydrateRoot(root, wrapper({ children: <Page /> }), { onRecoverableError }));
  const live = "session null,connection open,query success,once success,optimistic success,list success,place idle,waiting 0";
  await until(() => root.textContent === `${live}3`);
  expect(complained).not.toHaveBeenCalled();
  expect(recovered).toEqual([expect.stringContaining("useSuspenseQuery: a server renders the fallback")]);
  act(() => page.unmount());
});
