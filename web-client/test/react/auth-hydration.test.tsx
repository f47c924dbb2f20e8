// @vitest-environment jsdom
import { act } from "@testing-library/react";
import { StrictMode } from "react";
import { hydrateRoot } from "react-dom/client";
import { renderToString } from "react-dom/server";
import { expect, test, vi } from "vitest";
import {
  SignedIn,
  SignedOut,
  useDevices,
  useIdentities,
  usePasskeys,
  usePasskeySignIn,
  useProviders,
  useSessions,
  useStepUp,
} from "../../src/auth/react/index.js";
import { createClient, type Client } from "../../src/index.js";
import { ClientProvider } from "../../src/react/index.js";
import { createTestServer } from "../../src/testing/index.js";
import { connectInMemory, until } from "../setup.js";
import { complaints } from "./setup.js";

/** Every hook's state. */
function Page() {
  const lists = [useSessions(), useDevices(), usePasskeys(), useIdentities(), useProviders()];
  const commands = [usePasskeySignIn({ autofill: true }), useStepUp("payment", "1")];
  return (
    <>
      {[...lists, ...commands].map(({ status }) => status).join()}
      <SignedIn> in</SignedIn>
      <SignedOut> out</SignedOut>
    </>
  );
}

const page = (client: Client) => (
  <StrictMode>
    <ClientProvider client={client}>
      <Page />
    </ClientProvider>
  </StrictMode>
);

const waiting = "pending,pending,pending,pending,pending,idle,idle";

test("a server renders what waits and asks nothing; the browser goes on from there", async () => {
  const unreachable = () => {
    throw new Error("a server render asked something");
  };
  const root = document.createElement("div");
  root.innerHTML = renderToString(page(createClient({ url: "/api", fetch: unreachable, WebSocket: unreachable as never })));
  expect(root.textContent).toBe(waiting);

  const server = createTestServer();
  server.signIn("ada");
  const client = connectInMemory(server);
  await client.session.refresh();
  const complained = complaints();
  const onRecoverableError = vi.fn();
  const mounted = await act(async () => hydrateRoot(root, page(client), { onRecoverableError }));
  await until(() => root.textContent === "success,success,success,success,success,idle,idle in");
  expect(complained).not.toHaveBeenCalled();
  expect(onRecoverableError).not.toHaveBeenCalled();
  act(() => mounted.unmount());
});
