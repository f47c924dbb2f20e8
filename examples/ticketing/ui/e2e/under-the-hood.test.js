import assert from "node:assert/strict";
import { onEachScreen } from "./browser.js";
import { eventOnSale } from "./event.js";

const admin = { ADMIN_EMAILS: "root@example.com" };

/** Holds a seat as Ada and opens the page in a second browser window of hers. */
async function watched({ site, visit }) {
  const [buyer, watcher] = await Promise.all([visit(), visit()]);
  for (const visitor of [buyer, watcher]) await visitor.isSignedIn("ada@example.com");
  await buyer.page.goto((await eventOnSale(site)).path);
  await buyer.hold("A1");
  await watcher.page.goto(buyer.page.url());
  await watcher.page.getByRole("link", { name: "Look under the hood" }).click();
  await watcher.page.getByRole("heading", { name: "State at version 2" }).waitFor();
  return { buyer, page: watcher.page };
}

onEachScreen("a purchase is followed under the hood while it goes on", async (stage) => {
  const { buyer, page } = await watched(stage);
  await page.getByRole("heading", { name: "Initiate", exact: true }).waitFor();
  await page.getByRole("timer").waitFor();

  await buyer.payForTicket();
  await page.getByRole("heading", { name: "State at version 5" }).waitFor();
  await page.getByRole("heading", { name: "Charged" }).waitFor();
  await page.getByText("Not needed").waitFor(); // the timer
  await page.getByRole("row", { name: /^tickets\[0\]\.seat .*A1/ }).waitFor();
  assert.equal(await current(page), "Completed");
});

onEachScreen("the state of a purchase is seen at any version", async (stage) => {
  const { buyer, page } = await watched(stage);
  await buyer.payForTicket();
  await page.getByRole("heading", { name: "State at version 5" }).waitFor();

  await page.getByRole("slider", { name: "Version" }).press("Home");
  await page.getByRole("heading", { name: "State at version 1" }).waitFor();
  assert.equal(await current(page), "Initiated");
  await page.getByRole("button", { name: "One version on" }).click();
  await page.getByRole("row", { name: "status was Initiated now SeatsHeld" }).waitFor();
  assert.equal(await current(page), "SeatsHeld");

  await page.getByRole("button", { name: "Show the state at version 4" }).click();
  await page.getByRole("row", { name: "status was PaymentPending now PaymentCompleted" }).waitFor();
  const succeeded = page.getByRole("article", { name: "ChargeSucceeded" });
  await succeeded.getByText("PaymentCompleted").click();
  await succeeded.getByText('"transaction_id"').waitFor();
  await succeeded.getByRole("link", { name: "Charged" }).click();
  await page.waitForFunction(() => document.querySelector(":target h3")?.textContent === "Charged");
});

onEachScreen("nobody else’s purchase can be looked into", async (stage) => {
  const { page } = await watched(stage);
  const stranger = await stage.visit();
  await stranger.isSignedIn("eve@example.com");
  stranger.expect(/^404 GET \/api\/reservations\/.*\/history/);
  await stranger.page.goto(page.url());
  await stranger.page.getByRole("heading", { name: "No train stops at this address" }).waitFor();
});

onEachScreen("an administrator retries what was given up", async (stage) => {
  const { buyer, page } = await watched(stage);
  const staff = await stage.visit();
  await staff.isSignedIn("root@example.com");
  await staff.page.goto("/");
  await staff.page.getByRole("link", { name: "Admin" }).click();
  await staff.page.getByRole("heading", { name: "Nothing was given up" }).waitFor();

  await buyer.pay("Stuck payment");
  await page.getByText("Given up").waitFor();
  const letter = staff.page.getByRole("article", { name: "payment.Charge" });
  await letter.getByText("the merchant account is suspended").waitFor();
  await staff.page.getByText("Effects given up").waitFor();
  await letter.getByText("Payload").click();
  await letter.getByText('"amount_cents": 4500').waitFor();
  await letter.getByRole("button", { name: "Try again" }).click();

  await staff.page.getByRole("status").filter({ hasText: "payment.Charge is tried again" }).waitFor();
  await staff.page.getByRole("heading", { name: "Nothing was given up" }).waitFor();
  await buyer.page.getByRole("heading", { name: "Enjoy the evening" }).waitFor();
  await page.getByRole("heading", { name: "State at version 5" }).waitFor();
}, admin);

onEachScreen("an administrator is asked before something is discarded", async (stage) => {
  const { buyer, page } = await watched(stage);
  const staff = await stage.visit();
  await staff.isSignedIn("root@example.com");
  await buyer.pay("Stuck payment");
  await page.getByText("Given up").waitFor();

  await staff.page.goto("/admin");
  await staff.page.getByRole("button", { name: "Discard" }).click();
  await staff.page.getByRole("button", { name: "Keep it" }).click();
  await staff.page.getByRole("button", { name: "Discard" }).click();
  await staff.page.getByRole("button", { name: "Yes, discard it" }).click();
  await staff.page.getByText("payment.Charge was discarded").waitFor();
  await staff.page.getByRole("heading", { name: "Nothing was given up" }).waitFor();
}, admin);

onEachScreen("an administrator rebuilds a read model while it serves", async ({ visit }) => {
  const staff = await visit();
  await staff.isSignedIn("root@example.com");
  await staff.page.goto("/admin");
  const payments = staff.page.getByRole("article", { name: "payments" });
  await payments.getByText("up to date").waitFor();
  await payments.getByRole("button", { name: "Rebuild" }).click();
  await staff.page.getByRole("status").filter({ hasText: "payments is being rebuilt" }).waitFor();
  await payments.getByRole("button", { name: "Rebuild" }).waitFor();
}, admin);

onEachScreen("the admin page is for administrators", async ({ visit }) => {
  const visitor = await visit();
  await visitor.isSignedIn("ada@example.com");
  await visitor.page.goto("/admin");
  await visitor.page.getByRole("heading", { name: "Staff only" }).waitFor();
  assert.equal(await visitor.page.getByRole("link", { name: "Admin" }).count(), 0);
});

/** The station where the purchase stands. */
function current(page) {
  return page.getByRole("list", { name: "States of the purchase" }).locator("[aria-current=step]").innerText();
}
