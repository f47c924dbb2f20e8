import { Writable } from "node:stream";
import { StrictMode } from "react";
import { renderToPipeableStream, renderToString } from "react-dom/server";
import { expect, test } from "vitest";
import { createClient } from "../../src/index.js";
import { ClientProvider } from "../../src/react/index.js";
import { Page } from "./page.js";

const unreachable = () => {
  throw new Error("a server render asked something");
};

function page() {
  const client = createClient({ url: "/api", fetch: unreachable, WebSocket: unreachable as never });
  return (
    <StrictMode>
      <ClientProvider client={client}>
        <Page />
      </ClientProvider>
    </StrictMode>
  );
}

const waiting = "session undefined,connection idle,query pending,once pending,optimistic pending,list pending,place idle,waiting 0";

test("a server without window, location and WebSocket renders the waiting page and asks nothing", () => {
  const html = renderToString(page());
  expect(html).toContain(`<p>${waiting}</p>`);
  expect(html).toContain("…");
});

test("a stream ends with the fallback of what suspends", async () => {
  let html = "";
  await new Promise<void>((resolve) => {
    const sink = new Writable({ write: (chunk, _, done) => done(void (html += String(chunk))), final: (done) => done(void resolve()) });
    const stream = renderToPipeableStream(page(), { onAllReady: () => stream.pipe(sink), onError: () => {} });
  });
  expect(html).toContain(`<p>${waiting}</p>`);
  expect(html).toContain("…");
});
