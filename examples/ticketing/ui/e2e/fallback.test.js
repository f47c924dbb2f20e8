import assert from "node:assert/strict";
import { onEachScreen } from "./browser.js";
import { eventOnSale } from "./event.js";

/** What a page without sockets cannot help: the console tells of each that does not open. */
const noSocket = /^console: WebSocket connection to .* failed/;

onEachScreen("where no socket gets through, everything goes by HTTP", async ({ site, visit }) => {
  const { path } = await eventOnSale(site);
  const [buyer, watcher] = await Promise.all([visit(), visit()]);
  for (const visitor of [buyer, watcher]) await withoutSockets(visitor);
  await buyer.isSignedIn("ada@example.com");
  await watcher.page.goto(path);
  await watcher.sees("B3", "free");
  const isSamePage = await watcher.markPage();

  await buyer.page.goto(path);
  await buyer.hold("B3");
  await watcher.sees("B3", "held by somebody else");
  await buyer.payForTicket();
  await watcher.sees("B3", "sold");
  assert.ok(await isSamePage(), "the watcher's page was loaded again");
  assert.equal(await watcher.page.getByText("Connection lost").count(), 0);

  const { page } = buyer;
  await page.goto(path);
  await buyer.hold("A1");
  await page.getByRole("button", { name: "Give the seats back" }).click();
  await page.getByRole("button", { name: "Yes, give them back" }).click();
  await page.getByText("You gave the seats back").waitFor();
  await watcher.sees("A1", "free");
});

/** As behind a proxy that knows no sockets: upgrades are answered as ordinary requests. */
async function withoutSockets(visitor) {
  visitor.expect(noSocket);
  await visitor.page.addInitScript(() => {
    globalThis.WebSocket = class extends WebSocket {
      constructor() {
        super("/api/config");
      }
    };
  });
}
