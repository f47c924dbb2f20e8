import assert from "node:assert/strict";
import { onEachScreen } from "./browser.js";
import { eventOnSale } from "./event.js";

/** What a page without its server cannot help. */
const unreachable = [/^failed: .*ERR_CONNECTION/, /^console: WebSocket connection to .* failed/];

onEachScreen("a hold outlives kill -9", async ({ site, visit }) => {
  const buyer = await visit();
  const { page } = buyer;
  for (const pattern of unreachable) buyer.expect(pattern);
  await buyer.isSignedIn("ada@example.com");
  await page.goto((await eventOnSale(site)).path);
  await buyer.hold("A4");
  const isSamePage = await buyer.markPage();
  const held = await reservation(buyer);
  const seconds = await buyer.secondsLeft();

  await site.kill();
  await page.getByText("Connection lost").waitFor();
  await buyer.countsDownBelow(seconds);
  await site.start();
  await page.getByText("Connection lost").waitFor({ state: "hidden" });

  const found = await reservation(buyer);
  assert.deepEqual([found.status, found.expires_at, found.seat_ids], ["SeatsHeld", held.expires_at, ["A4"]]);
  assert.ok(await buyer.secondsLeft() < seconds, "the countdown went on");
  await buyer.payForTicket();
  assert.ok(await isSamePage(), "the page was loaded again");
});

async function reservation({ page, context }) {
  const id = new URL(page.url()).pathname.split("/").at(-1);
  return (await context.request.get(`/api/reservations/${id}`)).json();
}

onEachScreen("what is wanted during an outage goes out by itself after it", async ({ site, visit }) => {
  const buyer = await visit();
  const { page } = buyer;
  for (const pattern of unreachable) buyer.expect(pattern);
  await buyer.isSignedIn("ada@example.com");
  await page.goto((await eventOnSale(site)).path);
  await buyer.choose("A5");

  await site.kill();
  await page.getByText("Connection lost").waitFor();
  await page.getByRole("button", { name: "Hold and pay" }).click();
  await page.getByText("The box office cannot be reached").waitFor();
  await buyer.sees("A5", "being held for you");

  await site.start();
  await page.getByRole("timer").waitFor();
  await page.getByText("Connection lost").waitFor({ state: "hidden" });
  assert.deepEqual(await buyer.orders(), [["SeatsHeld", "A5"]]);
});

onEachScreen("a page that was open during a restart misses nothing", async ({ site, visit }) => {
  const watcher = await visit();
  const { page } = watcher;
  for (const pattern of unreachable) watcher.expect(pattern);
  const { path } = await eventOnSale(site);
  await page.goto(path);
  await watcher.sees("B3", "free");
  const isSamePage = await watcher.markPage();
  const hold = async (email, seat) => {
    const ask = await site.caller(email);
    await ask("/api/reservations", { event_id: path.split("/").at(-1), section: "Stalls", seat_ids: [seat] });
  };

  await site.kill();
  await page.getByText("Connection lost").waitFor();
  await site.start();
  await hold("grace@example.com", "B3"); // before the page is back, or at the same time
  await watcher.sees("B3", "held by somebody else");
  await page.getByText("Connection lost").waitFor({ state: "hidden" });
  await hold("ada@example.com", "B4");
  await watcher.sees("B4", "held by somebody else");
  await page.getByText("12 of 14 free").waitFor();
  assert.ok(await isSamePage(), "the page was loaded again");
});
