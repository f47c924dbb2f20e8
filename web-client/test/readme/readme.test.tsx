// @vitest-environment jsdom
/** The README quotes the files beside this one, and here they run. */
import { readdirSync, readFileSync } from "node:fs";
import { ProblemError } from "@composable-go/client";
import { passkeys } from "@composable-go/client/auth";
import { ClientProvider } from "@composable-go/client/react";
import { createTestServer, installAuthenticator } from "@composable-go/client/testing";
import { act, cleanup, fireEvent, render, renderHook, screen, waitFor } from "@testing-library/react";
import type { ReactNode } from "react";
import { beforeEach, expect, onTestFinished, test, vi } from "vitest";
import { Passkeys, Sessions } from "./account.js";
import type { Seats } from "./api.gen.js";
import { App } from "./app.js";
import { client } from "./client.js";
import { hold } from "./commands.js";
import { follow } from "./live.js";
import { Outbox } from "./offline.js";
import { useSeats } from "./optimistic.js";
import { render as renderOnServer } from "./server.js";
import { Account } from "./sign-in.js";
import { ReleaseButton } from "./step-up.js";
import { Free } from "./suspense.js";

const read = (path: string) => readFileSync(`${import.meta.dirname}/${path}`, "utf8");

const server = createTestServer();
let seats: Seats;

server.queries.seats = () => seats;
server.commands.event = ({ action }) => {
  if (!("Hold" in action)) return;
  const { seat } = action.Hold;
  if (!seats.free.includes(seat)) throw new ProblemError(409, { code: "seat_taken", message: `${seat} is taken` });
  seats = { free: seats.free.filter((free) => free !== seat), mine: [...seats.mine, seat] };
};

beforeEach(() => {
  seats = { free: ["A1", "A2"], mine: [] };
  server.acks = true;
  vi.stubGlobal("fetch", server.fetch);
  vi.stubGlobal("WebSocket", server.WebSocket);
  onTestFinished(cleanup);
});

const wrapper = ({ children }: { children: ReactNode }) => <ClientProvider client={client}>{children}</ClientProvider>;

test("every example of the README is a file here, and every file here is in the README", () => {
  const quoted = [...read("../../README.md").matchAll(/```tsx?\n(.*?)```/gs)].map(([, code]) => code);
  const files = readdirSync(import.meta.dirname).filter((name) => /tsx?$/.test(name) && !name.startsWith("readme.test"));
  expect(files.map((name) => quoted.filter((code) => read(name).startsWith(code!)).length)).toEqual(files.map(() => 1));
  expect(quoted).toHaveLength(files.length);
});

test("commands.ts: a command, and its refusal by code", async () => {
  expect(await hold("7", "A1")).toBe("yours: A1");
  expect(await hold("7", "A1")).toBe("somebody was faster");
});

test("live.ts: a live query and a topic", async () => {
  const said: string[] = [];
  const end = follow("7", (text) => said.push(text));
  await waitFor(() => expect(said).toEqual(["2 free"]));
  seats = { free: ["A2"], mine: [] };
  const held = server.publish("event:7", { SeatHeld: { seat: "A1" } });
  const released = server.publish("event:7", { SeatReleased: { seat: "A1" } });
  await waitFor(() => expect(said).toContain(`${released}: A1 is free again`));
  expect(said).toEqual(expect.arrayContaining(["1 free", `${held}: A1 is held`]));
  end();
});

test("app.tsx: the page waits, shows, commands and refuses", async () => {
  const { container } = render(<App />);
  expect(container.textContent).toBe("Loading…");
  fireEvent.click(await screen.findByText("A1"));
  await waitFor(() => expect(container.textContent).toBe("Yours: A1A2"));
  seats = { free: ["A2"], mine: ["A1"] };
  server.commands.event = refuse(server.commands.event);
  fireEvent.click(await screen.findByText("A2"));
  expect((await screen.findByRole("alert")).textContent).toBe("Somebody was faster");
});

/** Refuses the next command, and then does what it did before. */
function refuse(before: typeof server.commands.event): typeof before {
  return () => {
    server.commands.event = before;
    throw new ProblemError(409, { code: "seat_taken", message: "taken" });
  };
}

test("optimistic.tsx: a command shows before it is answered, and a refused one is taken back", async () => {
  const { result } = renderHook(() => useSeats("7").data, { wrapper });
  await waitFor(() => expect(result.current).toEqual(seats));
  server.commands.event = refuse(server.commands.event);
  let refused!: Promise<unknown>;
  act(() => void (refused = client.send("event", "7", { Hold: { seat: "A1" } })));
  expect(result.current).toEqual({ free: ["A2"], mine: ["A1"] });
  await act(() => expect(refused).rejects.toMatchObject({ code: "seat_taken" }));
  expect(result.current).toEqual({ free: ["A1", "A2"], mine: [] });
  await act(() => client.send("event", "7", { Hold: { seat: "A2" } }));
  await waitFor(() => expect(result.current).toEqual({ free: ["A1"], mine: ["A2"] }));
});

test("suspense.tsx: the fallback, then the data", async () => {
  const { container } = render(<Free event="7" />, { wrapper });
  expect(container.textContent).toBe("Loading…");
  await waitFor(() => expect(container.textContent).toBe("2 free"));
});

test("offline.tsx: commands wait for the network and are sent when it is back", async () => {
  const { container } = render(<Outbox />, { wrapper });
  await act(() => client.query("seats", { event: "7" }));
  server.setNetwork("down");
  await waitFor(() => expect(client.connection.get()).toBe("waiting"));
  act(() => void client.send("event", "7", { Hold: { seat: "A1" } }));
  await waitFor(() => expect(container.textContent).toBe("1 until you are back online"));
  server.setNetwork("ok");
  window.dispatchEvent(new Event("online"));
  await waitFor(() => expect(container.textContent).toBe(""));
  expect(server.applied.at(-1)).toMatchObject({ action: { Hold: { seat: "A1" } } });
});

test("sign-in.tsx: a link is sent, its code signs in, and the button signs out", async () => {
  server.providers.splice(0, 1, { name: "google", title: "Google" });
  const { container } = render(<Account />, { wrapper });
  const field = await screen.findByLabelText("E-mail");
  await screen.findByText("Google");
  fireEvent.change(field, { target: { value: "ada@example.com" } });
  fireEvent.submit(container.querySelector("form")!);
  const code = await screen.findByLabelText("Code");
  fireEvent.change(code, { target: { value: "000000" } });
  fireEvent.submit(container.querySelector("form")!);
  await screen.findByText("That is another code");
  fireEvent.change(await screen.findByLabelText("Code"), { target: { value: "123456" } });
  fireEvent.submit(container.querySelector("form")!);
  fireEvent.click(await screen.findByText("Sign out ada"));
  await screen.findByLabelText("E-mail");
});

/** The page of ada, and what holds her passkeys. */
async function startAda() {
  const authenticator = installAuthenticator();
  onTestFinished(() => authenticator.uninstall());
  server.signIn("ada");
  await client.session.refresh();
  return authenticator;
}

test("sign-in.tsx: a passkey signs in, from the field and by the button", async () => {
  const authenticator = await startAda();
  await passkeys.add(client);
  render(<Account />, { wrapper });
  for (const how of [() => authenticator.autofill(), () => fireEvent.click(screen.getByText("Use a passkey"))]) {
    fireEvent.click(await screen.findByText("Sign out ada"));
    await waitFor(() => expect(authenticator.isOffering).toBe(true));
    how();
  }
  await screen.findByText("Sign out ada");
});

test("account.tsx: sessions and passkeys come and go", async () => {
  await startAda();
  const ada = server.account("ada");
  ada.passkeys = [];
  ada.sessions.push({ ...ada.sessions[0]!, id: "phone", device: "Safari on iPhone", place: "Rome", current: false });
  const { container } = render(<><Sessions /><Passkeys /></>, { wrapper });
  await screen.findByText(/Safari on iPhone Rome/);
  fireEvent.click(screen.getByText("Sign out"));
  await waitFor(() => expect(container.textContent).not.toContain("Rome"));
  fireEvent.click(screen.getByText("Add a passkey"));
  await screen.findByText("Remove");
  fireEvent.click(screen.getByText("Add a passkey"));
  await screen.findByText("This device has one already");
  fireEvent.click(screen.getByText("Remove"));
  await waitFor(() => expect(ada.passkeys).toEqual([]));
});

test("step-up.tsx: a command is confirmed", async () => {
  const authenticator = await startAda();
  server.account("ada").passkeys = [];
  await passkeys.add(client);
  server.commands.event = () => {
    const action = "event.Release";
    if (!server.confirmed.some((found) => found.action === action)) throw new ProblemError(403, { code: "step_up_required", action });
  };
  render(<ReleaseButton event="7" seat="A1" />, { wrapper });
  authenticator.user = "cancels";
  fireEvent.click(screen.getByText("Give A1 back"));
  await screen.findByText("You have not confirmed it");
  authenticator.user = "confirms";
  fireEvent.click(screen.getByText("Give A1 back"));
  await waitFor(() => expect(server.applied.at(-1)).toMatchObject({ action: { Release: { seat: "A1" } } }));
  expect(server.confirmed).toEqual([{ user: "ada", action: "event.Release", arguments: { seat: "A1" } }]);
});

test("server.tsx: the page as it waits", () => {
  expect(renderOnServer()).toBe("<p>Loading…</p>");
});
