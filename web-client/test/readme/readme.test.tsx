// @vitest-environment jsdom
/** The README quotes the files beside this one, and here they run. */
import { readdirSync, readFileSync } from "node:fs";
import { createTestServer } from "@composable-go/client/testing";
import { ProblemError } from "@composable-go/client";
import { ClientProvider } from "@composable-go/client/react";
import { act, cleanup, fireEvent, render, renderHook, screen, waitFor } from "@testing-library/react";
import type { ReactNode } from "react";
import { beforeEach, expect, onTestFinished, test, vi } from "vitest";
import type { Seats } from "./api.gen.js";
import { App } from "./app.js";
import { client } from "./client.js";
import { hold } from "./commands.js";
import { follow } from "./live.js";
import { Outbox } from "./offline.js";
import { useSeats } from "./optimistic.js";
import { render as renderOnServer } from "./server.js";
import { Account, useVerify } from "./sign-in.js";
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

test("sign-in.tsx: a link is sent, its page signs in, and the button signs out", async () => {
  const { container } = render(<Account />, { wrapper });
  const field = await screen.findByLabelText("E-mail");
  fireEvent.change(field, { target: { value: "ada@example.com" } });
  fireEvent.submit(container.querySelector("form")!);
  await screen.findByText("We have written to ada@example.com");
  server.addUser("ada");
  const { result: verify } = renderHook(useVerify, { wrapper });
  await act(() => verify.current.run("token-ada"));
  fireEvent.click(screen.getByText("Sign out ada"));
  await screen.findByLabelText("E-mail");
});

test("server.tsx: the page as it waits", () => {
  expect(renderOnServer()).toBe("<p>Loading…</p>");
});
