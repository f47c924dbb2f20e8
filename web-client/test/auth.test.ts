// @vitest-environment jsdom
import { beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { account, devices, identities, passkeys, sessions, signIn, signUp, stepUp, withStepUp, type Passkey } from "../src/auth/index.js";
import { ProblemError } from "../src/index.js";
import { createTestServer, installAuthenticator, type TestAuthenticator } from "../src/testing/index.js";
import { connectInMemory, controlTime, until } from "./setup.js";

function signedIn() {
  const server = createTestServer();
  const ada = server.signIn("ada");
  return { server, ada, client: connectInMemory(server) };
}

/** What was asked since the last look, without the session. */
function asked(server: ReturnType<typeof createTestServer>) {
  return server.requests.splice(0).map(({ route, body }) => [route, body]);
}

/** Where the page was sent to. */
function watchLocation() {
  const assign = vi.fn();
  vi.stubGlobal("location", { href: "http://test/", origin: "http://test", assign });
  onTestFinished(() => void vi.unstubAllGlobals());
  return assign;
}

describe("signing in by mail", () => {
  test("the code of a link that was opened elsewhere signs this browser in", async () => {
    const server = createTestServer();
    const ada = server.addUser("ada");
    const client = connectInMemory(server);
    await expect(signIn.code(client, "123456")).rejects.toMatchObject({ code: "invalid_token" });
    await signIn.magicLink(client, { email: "ada@example.com" });
    await expect(signIn.code(client, "000000")).rejects.toMatchObject({ code: "wrong_code", details: { tries_left: 4 } });
    expect(await signIn.code(client, "123456")).toEqual(ada);
    expect(client.session.get()).toEqual(ada);
  });
});

describe("providers", () => {
  test("are listed, and signing in with one leaves the page", async () => {
    const server = createTestServer();
    server.providers.push({ name: "google", title: "Google" });
    const client = connectInMemory(server);
    const assign = watchLocation();
    expect(await signIn.providers(client)).toEqual([{ name: "google", title: "Google" }]);
    signIn.oauth(client, { provider: "google" });
    signIn.oauth(client, { provider: "a/b", redirectTo: "/events/7?a=1&b=2" });
    expect(assign.mock.calls).toEqual([
      ["http://test/auth/oauth/google/authorize"],
      ["http://test/auth/oauth/a%2Fb/authorize?redirect_to=%2Fevents%2F7%3Fa%3D1%26b%3D2"],
    ]);
  });

  test("accounts there are listed, linked and unlinked", async () => {
    const { server, client } = signedIn();
    const linked = { provider: "google", title: "Google", linked_at: "2026-01-01T00:00:00Z" };
    server.account("ada").identities.push(linked);
    const assign = watchLocation();
    expect(await identities.list(client)).toEqual([linked]);
    await identities.unlink(client, "google");
    await expect(identities.unlink(client, "google")).rejects.toMatchObject({ code: "not_found" });
    expect(await identities.list(client)).toEqual([]);
    asked(server);
    await identities.link(client, { provider: "google", redirectTo: "/account" });
    expect(asked(server)).toEqual([["POST /auth/oauth/google/link", { redirect_to: "/account" }]]);
    expect(assign).toHaveBeenCalledExactlyOnceWith("https://google.example/");
  });
});

describe("the account", () => {
  test("sessions are listed and ended", async () => {
    const { server, client } = signedIn();
    const [own] = server.account("ada").sessions;
    const other = (id: string) => ({ ...own!, id, current: false });
    server.account("ada").sessions.push(other("a/b"), other("c"));
    expect((await sessions.list(client)).map(({ id }) => id)).toEqual(["session", "a/b", "c"]);
    await sessions.revoke(client, "a/b");
    expect((await sessions.list(client)).map(({ id }) => id)).toEqual(["session", "c"]);
    await sessions.revokeOthers(client);
    expect(await sessions.list(client)).toEqual([own]);
  });

  test("a session is extended without a new socket", async () => {
    const { server, ada, client } = signedIn();
    await client.send("order", "1", { Place: {} });
    server.routes["POST /auth/session/refresh"] = () => {
      ada.expires_at = "2031-01-01T00:00:00Z";
      return { body: ada };
    };
    await sessions.refresh(client);
    expect(client.session.get()?.expires_at).toBe("2031-01-01T00:00:00Z");
    expect(server.accepted()).toBe(1);
  });

  test("devices are listed, trusted and removed", async () => {
    const { server, client } = signedIn();
    const [own] = server.account("ada").devices;
    server.account("ada").devices.push({ ...own!, id: "phone", current: false });
    await devices.trust(client, "phone");
    expect((await devices.list(client)).map(({ id, trust }) => [id, trust])).toEqual([["device", "new"], ["phone", "trusted"]]);
    await devices.remove(client, "phone");
    expect(await devices.list(client)).toEqual([own]);
  });

  test("a new name shows in the session; an address is asked for; the export is a place to go to", async () => {
    const { server, client } = signedIn();
    await account.rename(client, "Ada L.");
    expect(client.session.get()?.user.name).toBe("Ada L.");
    expect(await account.me(client)).toMatchObject({ id: "ada", name: "Ada L." });
    asked(server);
    await account.changeEmail(client, "new@example.com");
    expect(asked(server)).toEqual([["POST /auth/me/email", { email: "new@example.com" }]]);
    expect(account.exportUrl(client)).toBe("http://test/auth/me/export");
  });

  test("who deletes the account is a visitor", async () => {
    const { client } = signedIn();
    await client.session.refresh();
    await account.erase(client);
    expect(client.session.get()).toBeNull();
    await expect(account.me(client)).rejects.toMatchObject({ code: "unauthenticated" });
  });
});

describe("passkeys", () => {
  let authenticator: TestAuthenticator;
  beforeEach(() => {
    authenticator = installAuthenticator();
    onTestFinished(() => authenticator.uninstall());
    document.body.innerHTML = `<input autocomplete="username webauthn">`;
  });

  test("one is made, named, used to sign in, and forgotten by the browser when it is removed", async () => {
    const { server, ada, client } = signedIn();
    const made = await passkeys.add(client, { name: "Laptop" });
    expect(made).toMatchObject({ name: "Laptop", transports: ["internal"] });
    const { id } = made as Passkey;
    await passkeys.rename(client, { id, name: "Old laptop" });
    expect(await passkeys.list(client)).toMatchObject([{ id, name: "Old laptop" }]);

    const elsewhere = connectInMemory(server.browser());
    expect(await signIn.passkey(elsewhere)).toEqual(ada);
    expect(elsewhere.session.get()).toEqual(ada);

    await passkeys.add(client, {}).then((again) => expect(again).toBe("exists"));
    await passkeys.remove(client, id);
    expect(authenticator.passkeys).toEqual([]);
    expect(await passkeys.list(client)).toEqual([]);
  });

  test("one that was removed elsewhere is forgotten when the list is read", async () => {
    const { server, client } = signedIn();
    await passkeys.add(client);
    server.account("ada").passkeys = [];
    expect(await passkeys.list(client)).toEqual([]);
    expect(authenticator.passkeys).toEqual([]);
  });

  test("a browser that cannot be told of a removal does not make it fail", async () => {
    const { client } = signedIn();
    const made = (await passkeys.add(client)) as Passkey;
    vi.spyOn(PublicKeyCredential, "signalAllAcceptedCredentials").mockRejectedValue(new TypeError("no"));
    await passkeys.remove(client, made.id);
    expect(await passkeys.list(client)).toEqual([]);
  });

  test("an account is made with one", async () => {
    const client = connectInMemory(createTestServer());
    expect(await signUp.passkey(client, { email: "eve@example.com", name: "Eve" })).toMatchObject({ user: { email: "eve@example.com" } });
    expect(client.session.get()?.user.id).toBe("eve");
  });

  test("saying no is an outcome, and asks no more of the server", async () => {
    const { server, client } = signedIn();
    authenticator.user = "cancels";
    expect(await passkeys.add(client)).toBe("cancelled");
    expect(await signUp.passkey(client, { email: "eve@example.com" })).toBe("cancelled");
    expect(await signIn.passkey(client)).toBe("cancelled");
    expect(asked(server).map(([route]) => route)).toEqual([
      "POST /auth/passkey/register/begin",
      "POST /auth/passkey/sign-up/begin",
      "POST /auth/passkey/login/begin",
    ]);
  });

  test("a browser without passkeys is an outcome, and asks nothing", async () => {
    const { server, client } = signedIn();
    authenticator.uninstall();
    expect(await signIn.passkey(client)).toBe("unsupported");
    expect(await signIn.passkey(client, { autofill: true })).toBe("unsupported");
    expect(await passkeys.add(client)).toBe("unsupported");
    expect(server.requests).toEqual([]);
  });

  test("what the server refuses, and what the browser breaks, is a ProblemError", async () => {
    const { server, client } = signedIn();
    await passkeys.add(client);
    server.account("ada").passkeys = [];
    await expect(signIn.passkey(client)).rejects.toMatchObject({ code: "unknown_passkey" });
    vi.spyOn(navigator.credentials, "get").mockRejectedValue(new DOMException("the wrong domain", "SecurityError"));
    const broken = signIn.passkey(client);
    await expect(broken).rejects.toBeInstanceOf(ProblemError);
    await expect(broken).rejects.toMatchObject({ code: "failed", status: 0 });
    server.setNetwork("down");
    await expect(signIn.passkey(client)).rejects.toMatchObject({ code: "network" });
  });

  test("only those of an account sign in when its address is given", async () => {
    const { server, client } = signedIn();
    await passkeys.add(client);
    server.addUser("eve");
    await expect(signIn.passkey(client, { email: "eve@example.com" })).rejects.toMatchObject({ code: "other_account" });
  });

  describe("in a field", () => {
    test("wait for the user, who picks one", async () => {
      const { server, ada, client } = signedIn();
      await passkeys.add(client);
      const visitor = connectInMemory(server.browser());
      const picked = signIn.passkey(visitor, { autofill: true });
      await until(() => authenticator.isOffering);
      expect(visitor.session.get()).toBeUndefined();
      authenticator.autofill();
      expect(await picked).toEqual(ada);
    });

    test("end with the signal, whenever it comes", async () => {
      const { client } = signedIn();
      expect(await signIn.passkey(client, { autofill: true, signal: AbortSignal.abort() })).toBe("cancelled");
      const early = new AbortController();
      const begun = signIn.passkey(client, { autofill: true, signal: early.signal });
      early.abort("the page was left");
      expect(await begun).toBe("cancelled");
      const late = new AbortController();
      const offered = signIn.passkey(client, { autofill: true, signal: late.signal });
      await until(() => authenticator.isOffering);
      late.abort();
      expect(await offered).toBe("cancelled");
      expect(authenticator.isOffering).toBe(false);
    });

    test("give way to a dialog", async () => {
      const { ada, client } = signedIn();
      await passkeys.add(client);
      const offered = signIn.passkey(client, { autofill: true });
      await until(() => authenticator.isOffering);
      expect(await signIn.passkey(client)).toEqual(ada);
      expect(await offered).toBe("cancelled");
    });

    test("are left to the browser's own patience in a dialog", async () => {
      controlTime();
      const { server, client } = signedIn();
      vi.spyOn(navigator.credentials, "get").mockReturnValue(new Promise(() => {}));
      void signIn.passkey(client);
      await until(() => vi.mocked(navigator.credentials.get).mock.calls.length);
      await vi.advanceTimersByTimeAsync(600_000);
      expect(asked(server).map(([route]) => route)).toEqual(["POST /auth/passkey/login/begin"]);
    });

    test("are offered anew before the server forgets the challenge", async () => {
      controlTime();
      const { server, ada, client } = signedIn();
      await passkeys.add(client);
      const picked = signIn.passkey(client, { autofill: true });
      await until(() => authenticator.isOffering);
      asked(server);
      await vi.advanceTimersByTimeAsync(269_000);
      expect(asked(server)).toEqual([]);
      await vi.advanceTimersByTimeAsync(2_000);
      await until(() => authenticator.isOffering && server.requests.length);
      expect(asked(server)).toEqual([["POST /auth/passkey/login/begin", {}]]);
      authenticator.autofill();
      expect(await picked).toEqual(ada);
      expect(vi.getTimerCount()).toBe(0);
    });
  });

  describe("confirm", () => {
    test("one action with its arguments", async () => {
      const { server, client } = signedIn();
      await expect(stepUp(client, { action: "payment.Refund" })).rejects.toMatchObject({ code: "no_passkey" });
      await passkeys.add(client);
      expect(await stepUp(client, { action: "payment.Refund", arguments: { amount: 3 } })).toBe("confirmed");
      expect(server.confirmed).toEqual([{ user: "ada", action: "payment.Refund", arguments: { amount: 3 } }]);
      authenticator.user = "cancels";
      expect(await stepUp(client, { action: "payment.Refund" })).toBe("cancelled");
    });

    /** Refunds that have to be confirmed, each by itself. */
    async function payments(details: Record<string, unknown> = { action: "payment.Refund" }) {
      const { server, client } = signedIn();
      await passkeys.add(client);
      server.commands.payment = () => {
        if (!server.confirmed.pop()) throw new ProblemError(403, { code: "step_up_required", ...details });
      };
      const refund = () => client.send("payment", "1", { Refund: { amount: 3 } });
      return { server, client, refund };
    }

    test("what a command was refused for, which is then sent once more", async () => {
      const { server, client, refund } = await payments();
      const confirmed = vi.spyOn(server.confirmed, "push");
      const receipt = await withStepUp(client, { arguments: { amount: 3 } }, refund);
      expect(receipt.store).toBe("payment");
      expect(confirmed.mock.calls).toEqual([[{ user: "ada", action: "payment.Refund", arguments: { amount: 3 } }]]);
      expect(server.applied).toHaveLength(1);
    });

    test("by the name that the caller gives, else the server, else the level", async () => {
      const { server, client, refund } = await payments({});
      const confirmed = vi.spyOn(server.confirmed, "push");
      await withStepUp(client, { action: "account.Erase" }, refund);
      await withStepUp(client, {}, refund);
      expect(confirmed.mock.calls.map(([confirmation]) => confirmation?.action)).toEqual(["account.Erase", "level"]);
    });

    test("once: who is refused again, or says no, is told why", async () => {
      const { server, client, refund } = await payments();
      authenticator.user = "cancels";
      await expect(withStepUp(client, {}, refund)).rejects.toMatchObject({ code: "step_up_required" });
      authenticator.user = "confirms";
      const run = vi.fn(async () => {
        throw new ProblemError(403, { code: "step_up_required" });
      });
      await expect(withStepUp(client, {}, run)).rejects.toMatchObject({ code: "step_up_required" });
      expect(run).toHaveBeenCalledTimes(2);
      expect(server.applied).toEqual([]);
    });

    test("nothing that went well or failed otherwise", async () => {
      const { server, client } = await payments();
      expect(await withStepUp(client, {}, async () => 7)).toBe(7);
      const forbidden = async () => {
        throw new ProblemError(403, { code: "forbidden" });
      };
      await expect(withStepUp(client, {}, forbidden)).rejects.toMatchObject({ code: "forbidden" });
      expect(server.requests.some(({ route }) => route.startsWith("POST /auth/step-up"))).toBe(false);
    });
  });
});

test("without @simplewebauthn/browser there is a problem that names it", async () => {
  vi.resetModules();
  vi.doMock("@simplewebauthn/browser", () => {
    throw new Error("not installed");
  });
  onTestFinished(() => void vi.doUnmock("@simplewebauthn/browser"));
  const authenticator = installAuthenticator();
  onTestFinished(() => authenticator.uninstall());
  const { signIn } = await import("../src/auth/index.js");
  const client = connectInMemory(createTestServer());
  await expect(signIn.passkey(client)).rejects.toMatchObject({ code: "failed", message: expect.stringContaining("@simplewebauthn/browser") });
});
