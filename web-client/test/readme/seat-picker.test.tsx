// @vitest-environment jsdom
import { createClient, ProblemError } from "@composable-go/client";
import { ClientProvider } from "@composable-go/client/react";
import { createTestServer } from "@composable-go/client/testing";
import { cleanup, fireEvent, render, screen } from "@testing-library/react";
import { afterEach, expect, test } from "vitest";
import { SeatPicker } from "./app.js";

afterEach(cleanup);

test("a seat that somebody else has is refused", async () => {
  const server = createTestServer();
  server.queries.seats = () => ({ free: ["A1"], mine: [] });
  server.commands.event = () => {
    throw new ProblemError(409, { code: "seat_taken", message: "A1 is taken" });
  };
  const client = createClient({ url: "http://test/api", fetch: server.fetch, WebSocket: server.WebSocket });
  render(
    <ClientProvider client={client}>
      <SeatPicker event="7" />
    </ClientProvider>,
  );
  fireEvent.click(await screen.findByText("A1"));
  expect((await screen.findByRole("alert")).textContent).toBe("Somebody was faster");
  expect(server.applied).toEqual([]);
  client.close();
});
