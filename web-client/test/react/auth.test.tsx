// @vitest-environment jsdom
import { act, cleanup, fireEvent, render, renderHook, screen } from "@testing-library/react";
import { expect, onTestFinished, test, vi } from "vitest";
import { account, passkeys, signIn, type Passkey } from "../../src/auth/index.js";
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
import { ProblemError } from "../../src/index.js";
import { createTestServer, installAuthenticator } from "../../src/testing/index.js";
import { connectInMemory, until } from "../setup.js";
import { complaints, wrapperOf } from "./setup.js";

/** Ada, with a second device, in React in StrictMode. Her reads of sessions can be held back. */
function startAccount() {
  const server = createTestServer();
  server.signIn("ada");
  const ada = server.account("ada");
  ada.sessions.push({ ...ada.sessions[0]!, id: "phone", current: false });
  ada.devices.push({ ...ada.devices[0]!, id: "phone", current: false });
  const held: (() => void)[] = [];
  let isHeld = false;
  const client = connectInMemory(server, {
    fetch: async (address, init) => {
      const response = await server.fetch(address, init);
      if (isHeld && String(address).endsWith("/sessions")) await new Promise<void>((resolve) => held.push(resolve));
      return response;
    },
  });
  const hold = (on: boolean) => {
    isHeld = on;
    for (const release of held.splice(0)) release();
  };
  const wrapper = wrapperOf(client);
  onTestFinished(cleanup);
  return { server, ada, client, wrapper, held, hold, hook: <T,>(use: () => T) => renderHook(use, { wrapper }) };
}

function startAuthenticator() {
  const authenticator = installAuthenticator();
  onTestFinished(() => authenticator.uninstall());
  return authenticator;
}

const asked = (server: ReturnType<typeof createTestServer>, route: string) =>
  server.requests.filter((request) => request.route === route).length;

test("useSessions shows the sessions, and a change is over when they show it", async () => {
  const { server, held, hold, hook } = startAccount();
  const { result } = hook(useSessions);
  expect(result.current.status).toBe("pending");
  await until(() => result.current.data?.length === 2);
  expect(asked(server, "GET /auth/sessions")).toBe(1);

  let revoked!: Promise<unknown>;
  hold(true);
  act(() => void (revoked = result.current.revoke.run("phone")));
  await until(() => held.length);
  expect(result.current.revoke.status).toBe("pending");
  hold(false);
  await act(() => revoked);
  expect(result.current.data?.map(({ id }) => id)).toEqual(["session"]);
  expect(result.current.revoke.status).toBe("success");

  await act(() => result.current.revoke.run("phone"));
  expect(result.current.revoke.error?.code).toBe("not_found");
  expect(result.current.error).toBeUndefined();
  await act(() => result.current.revokeOthers.run());
  expect(result.current.revokeOthers.status).toBe("success");
});

test("a change in one component shows in all, which ask once; the last one's leaving ends it", async () => {
  const { server, wrapper, hook } = startAccount();
  const one = hook(useDevices);
  const other = renderHook(useDevices, { wrapper });
  await until(() => one.result.current.data && other.result.current.data);
  expect(asked(server, "GET /auth/devices")).toBe(1);
  await act(() => one.result.current.trust.run("phone"));
  expect(other.result.current.data).toMatchObject([{ trust: "new" }, { trust: "trusted" }]);
  await act(() => one.result.current.remove.run("phone"));
  expect(other.result.current.data).toHaveLength(1);

  one.unmount();
  expect(other.result.current.data).toHaveLength(1);
  other.unmount();
  await act(async () => {});
  expect(hook(useDevices).result.current.status).toBe("pending");
});

test("a list is of whoever is signed in: nothing of one user is shown to the next", async () => {
  const { server, client, hook } = startAccount();
  server.addUser("eve");
  await client.session.refresh();
  const { result } = hook(useSessions);
  await until(() => result.current.data?.length === 2);
  const lengths = new Set<number | undefined>();
  const end = client.session.subscribe(() => void Promise.resolve().then(() => lengths.add(result.current.data?.length)));
  await act(() => signIn.token(client, "token-eve"));
  await until(() => result.current.data?.length === 1);
  expect(lengths).toEqual(new Set([undefined]));
  end();
  await act(() => client.session.signOut());
  await until(() => result.current.error?.code === "unauthenticated");
  expect(result.current.data).toBeUndefined();
});

test("what comes for a user who has left is not shown", async () => {
  const { client, held, hold, hook } = startAccount();
  await client.session.refresh();
  hold(true);
  const { result } = hook(useSessions);
  await until(() => held.length);
  await act(() => client.session.signOut());
  await until(() => held.length === 2);
  const [first] = held.splice(0, 1);
  await act(async () => first!());
  await act(() => account.me(client).catch(() => {})); // asked later, answered later
  expect([result.current.status, result.current.data]).toEqual(["pending", undefined]);
});

test("from page to page a list stays", async () => {
  const { server, wrapper } = startAccount();
  const List = () => <>{useDevices().data?.length ?? "pending"}</>;
  const { container, rerender } = render(<List key={1} />, { wrapper });
  await until(() => container.textContent === "2");
  rerender(<List key={2} />);
  await act(async () => {});
  expect([container.textContent, asked(server, "GET /auth/devices")]).toEqual(["2", 1]);
});

test("a session that has ended elsewhere is noticed by a list that is refused", async () => {
  const { client, hook } = startAccount();
  await client.session.refresh();
  const { result } = hook(useSessions);
  await until(() => result.current.data);
  await act(() => result.current.revoke.run("session"));
  await until(() => client.session.get() === null);
});

test("usePasskeys adds, renames and removes; useIdentities unlinks; useProviders lists", async () => {
  startAuthenticator();
  const { server, ada, hook } = startAccount();
  ada.identities.push({ provider: "google", title: "Google", linked_at: "2026-01-01T00:00:00Z" });
  server.providers.push({ name: "google", title: "Google" });
  const { result } = hook(() => ({ passkeys: usePasskeys(), identities: useIdentities(), providers: useProviders() }));
  await until(() => result.current.passkeys.data && result.current.identities.data && result.current.providers.data);
  await act(() => result.current.passkeys.add.run());
  expect(result.current.passkeys.add.data).toMatchObject({ name: "Firefox on Linux" });
  const { id } = result.current.passkeys.data![0]!;
  await act(() => result.current.passkeys.rename.run({ id, name: "Laptop" }));
  expect(result.current.passkeys.data).toMatchObject([{ id, name: "Laptop" }]);
  await act(() => result.current.passkeys.add.run({ name: "Again" }));
  expect(result.current.passkeys.add.data).toBe("exists");
  await act(() => result.current.passkeys.remove.run(id));
  expect(result.current.passkeys.data).toEqual([]);
  await act(() => result.current.identities.unlink.run("google"));
  expect(result.current.identities.data).toEqual([]);
  expect(result.current.providers.data).toEqual([{ name: "google", title: "Google" }]);
});

function SignInPage() {
  const passkey = usePasskeySignIn({ autofill: true });
  return (
    <>
      <SignedIn>in</SignedIn>
      <SignedOut>
        <input autoComplete="username webauthn" />
        <button onClick={() => passkey.run()}>Passkey</button>
        {passkey.status} {passkey.data as string} {passkey.error?.code}
      </SignedOut>
    </>
  );
}

/** A visitor at the page to sign in, and a passkey of ada. */
async function visit() {
  const authenticator = startAuthenticator();
  const { server, client } = startAccount();
  const { id } = (await passkeys.add(client)) as Passkey;
  const visitor = connectInMemory(server.browser());
  const page = render(<SignInPage />, { wrapper: wrapperOf(visitor) });
  expect(page.container.textContent).toBe("");
  return { authenticator, server, id, ...page };
}

test("a passkey picked in the field signs in", async () => {
  const { authenticator, container } = await visit();
  await until(() => authenticator.isOffering);
  act(() => authenticator.autofill());
  await until(() => container.textContent === "in");
});

test("a dialog interrupts the field, which offers passkeys again when the dialog is cancelled", async () => {
  const { authenticator, server, container } = await visit();
  await until(() => authenticator.isOffering);
  authenticator.user = "cancels";
  fireEvent.click(screen.getByText("Passkey"));
  await until(() => container.textContent?.includes("pending"));
  expect(authenticator.isOffering).toBe(false);
  await until(() => container.textContent?.includes("success cancelled"));
  await until(() => authenticator.isOffering);
  authenticator.user = "confirms";
  const begun = asked(server, "POST /auth/passkey/login/begin");
  fireEvent.click(screen.getByText("Passkey"));
  await until(() => container.textContent === "in");
  await act(async () => {});
  expect(asked(server, "POST /auth/passkey/login/begin")).toBe(begun + 1);
});

test("the field stops offering when the page is left", async () => {
  const { authenticator, unmount } = await visit();
  await until(() => authenticator.isOffering);
  unmount();
  await until(() => !authenticator.isOffering);
});

test("why the server refused what was picked in the field is told", async () => {
  const { authenticator, server, container } = await visit();
  server.account("ada").passkeys = [];
  await until(() => authenticator.isOffering);
  act(() => authenticator.autofill());
  await until(() => container.textContent?.includes("unknown_passkey"));
});

test("useStepUp has a command confirmed with its arguments, and anything else with its variables", async () => {
  startAuthenticator();
  const { server, client, hook } = startAccount();
  await passkeys.add(client);
  const confirmed: unknown[] = [];
  const confirm = (action?: string) => {
    const { user: _, ...found } = server.confirmed.pop() ?? {};
    if (!("action" in found)) throw new ProblemError(403, { code: "step_up_required", action });
    confirmed.push(found);
  };
  server.commands.payment = () => confirm("payment.Refund");
  server.routes["POST /api/refunds"] = () => {
    confirm("refund");
    return { body: "done" };
  };
  server.routes["DELETE /auth/me"] = () => {
    confirm();
    return { status: 204 };
  };
  const { result } = hook(() => ({
    command: useStepUp("payment", "1"),
    post: useStepUp((client, amount: number) => client.post("/refunds", { amount })),
    erase: useStepUp(account.erase, () => ({ action: "account.Erase" })),
  }));
  await act(() => result.current.command.run({ Refund: { amount: 3 } }));
  await act(() => result.current.post.run(4));
  await act(() => result.current.erase.run());
  expect(confirmed).toEqual([
    { action: "payment.Refund", arguments: { amount: 3 } },
    { action: "refund", arguments: 4 },
    { action: "account.Erase" },
  ]);
  expect([result.current.command.data?.key, result.current.post.data]).toEqual(["1", "done"]);
});

test("a confirmation that the user declines is the error of the command", async () => {
  const authenticator = startAuthenticator();
  const { server, client, hook } = startAccount();
  await passkeys.add(client);
  authenticator.user = "cancels";
  server.commands.payment = () => {
    throw new ProblemError(403, { code: "step_up_required", action: "payment.Refund" });
  };
  const { result } = hook(() => useStepUp("payment", "1"));
  await act(() => result.current.run({ Refund: {} }));
  expect(result.current.error?.code).toBe("step_up_required");
});

test("nothing of this complains in StrictMode", async () => {
  const complained = complaints();
  const { authenticator, unmount } = await visit();
  await until(() => authenticator.isOffering);
  unmount();
  await act(async () => {});
  expect(complained).not.toHaveBeenCalled();
  vi.restoreAllMocks();
});
