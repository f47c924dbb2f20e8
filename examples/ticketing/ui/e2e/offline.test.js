import assert from "node:assert/strict";
import { onEachScreen } from "./browser.js";
import { eventOnSale } from "./event.js";
import { lookAt } from "./look.js";

/** What a page that is offline cannot help. */
const disconnected = /^failed: .*ERR_INTERNET_DISCONNECTED/;

onEachScreen("a hold made offline outlives the page and goes out once", async ({ site, screen, visit }) => {
  const buyer = await visit();
  const { page, context } = buyer;
  buyer.expect(disconnected);
  await buyer.isSignedIn("ada@example.com");
  const { path } = await eventOnSale(site);
  await page.goto(path);
  await buyer.choose("A2");
  await context.setOffline(true);
  await page.getByText("You are offline. Numbers may be old.").waitFor();
  await page.getByRole("button", { name: "Hold and pay" }).click();
  await page.getByText("Your hold goes out as soon as the connection is back").waitFor();
  await page.getByText("Your hold waits.").waitFor();
  await buyer.sees("A2", "being held for you");
  await lookAt(page, `offline-hold-${screen}`);

  await page.goto("about:blank");
  await context.setOffline(false);
  assert.deepEqual(await buyer.orders(), [], "nothing has gone out yet");
  const letPass = await buyer.delaysCommands();
  await page.goto(path);
  await buyer.sees("A2", "being held for you");
  letPass();
  await page.getByRole("timer").waitFor();
  await page.reload();
  await page.getByRole("timer").waitFor();
  assert.deepEqual(await buyer.orders(), [["SeatsHeld", "A2"]]);
});

onEachScreen("a hold that went out from another page is told there", async ({ site, screen, visit }) => {
  const buyer = await visit();
  const { page, context } = buyer;
  buyer.expect(disconnected);
  await buyer.isSignedIn("ada@example.com");
  await page.goto((await eventOnSale(site)).path);
  await buyer.choose("A2");
  await context.setOffline(true);
  await page.getByRole("button", { name: "Hold and pay" }).click();
  await page.getByText("Your hold goes out as soon as the connection is back").waitFor();
  await page.getByRole("link", { name: "Orders" }).click();
  await page.getByRole("link", { name: "See it" }).waitFor();
  await page.getByText("The box office cannot be reached").waitFor();
  await lookAt(page, `offline-orders-${screen}`);

  await context.setOffline(false);
  await page.getByText("Your seats are held.").waitFor();
  await page.getByText("Waiting for payment").waitFor();
  await lookAt(page, `held-elsewhere-${screen}`);
  await page.getByRole("link", { name: "Pay for them" }).click();
  await page.getByRole("timer").waitFor();
  await page.getByText("Your seats are held.", { exact: true }).waitFor({ state: "detached" });
});

onEachScreen("a hold made offline can be taken back before it goes out", async ({ site, visit }) => {
  const buyer = await visit();
  const { page, context } = buyer;
  buyer.expect(disconnected);
  await buyer.isSignedIn("ada@example.com");
  const { path } = await eventOnSale(site);
  await page.goto(path);
  await buyer.choose("A2");
  await context.setOffline(true);
  await page.getByRole("button", { name: "Hold and pay" }).click();
  await page.getByRole("button", { name: "Never mind" }).press("Enter");
  await buyer.sees("A2", "chosen by you");
  assert.equal(await page.evaluate(() => document.activeElement?.textContent), "Hold and pay", "the focus is not lost");

  await context.setOffline(false);
  await page.getByText("You are offline").waitFor({ state: "hidden" });
  await buyer.seat("A2").click();
  await buyer.hold("A3");
  assert.deepEqual(await buyer.orders(), [["SeatsHeld", "A3"], ["Cancelled", "A2"]]);
});
