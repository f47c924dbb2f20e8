// @vitest-environment jsdom
import { act } from "@testing-library/react";
import { hydrateRoot } from "react-dom/client";
import { renderToString } from "react-dom/server";
import { expect, test } from "vitest";
import { useCommand, useConnectionState, useFetch, useQuery, useSession, useSubscription } from "../../src/react/index.js";
import { complaints, settle, startApp } from "./setup.js";

function Page() {
  const { session } = useSession();
  const state = useConnectionState();
  const { data, status } = useQuery("count", {});
  const list = useFetch<number>("/list", { topics: ["a"] });
  useSubscription(["a"], () => {});
  const command = useCommand(async () => 1);
  return <p>{[String(session), state, status, data, list.status, command.status].join(" ")}</p>;
}

test("a server render asks nothing; hydration matches it and goes live", async () => {
  const { server, wrapper } = await startApp();
  const html = renderToString(wrapper({ children: <Page /> }));
  expect(html).toBe("<p>undefined idle pending  pending idle</p>");
  expect([server.requests, server.accepted]).toEqual([[], 0]);

  server.queries.count = () => ({ data: 3 });
  server.routes["GET /api/list"] = () => ({ body: 1 });
  const complained = complaints();
  const root = document.createElement("div");
  root.innerHTML = html;
  const hydrated = await act(async () => hydrateRoot(root, wrapper({ children: <Page /> })));
  await settle(() => root.textContent === "null open success 3 success idle");
  expect(complained).not.toHaveBeenCalled();
  act(() => hydrated.unmount());
});
