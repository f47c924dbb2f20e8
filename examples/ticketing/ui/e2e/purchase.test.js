import assert from "node:assert/strict";
import { onEachScreen } from "./browser.js";
import { eventOnSale, seededEvent } from "./event.js";

onEachScreen("a visitor buys a seat, from the first page to the ticket", async ({ site, visit }) => {
  const buyer = await visit();
  const { page } = buyer;
  await page.goto("/");
  const { title } = await seededEvent(site);
  await page.getByRole("link", { name: title, exact: true }).click();
  await page.getByRole("heading", { name: title, level: 1 }).waitFor();
  const eventPage = page.url();

  await page.getByRole("link", { name: "Sign in to buy" }).click();
  await buyer.signIn("ada@example.com");
  assert.equal(page.url(), eventPage, "signing in leads back");

  const free = page.getByRole("gridcell", { name: /, free, / }).first();
  const seat = await free.getAttribute("data-seat");
  await buyer.hold(seat);
  await page.getByRole("complementary", { name: "Your order" }).getByText(seat, { exact: true }).waitFor();
  const seconds = await buyer.secondsLeft();
  assert.ok(seconds > 0 && seconds <= 300, `${seconds} seconds on the countdown, want at most five minutes`);
  await buyer.countsDownBelow(seconds);

  buyer.expect(/^402 POST \/api\/payments$/);
  await buyer.pay("Declined card");
  await page.getByRole("alert").filter({ hasText: "2 attempts are left" }).waitFor();

  await buyer.payForTicket();
  await page.getByRole("link", { name: "All my tickets" }).click();
  await page.getByRole("article").filter({ hasText: title }).getByText(seat, { exact: true }).waitFor();
  await buyer.seesCode();

  await page.goto(eventPage);
  await buyer.sees(seat, "already yours");
});

onEachScreen("a visitor buys standing places by number", async ({ site, visit }) => {
  const buyer = await visit();
  const { page } = buyer;
  await buyer.isSignedIn("ada@example.com");
  await page.goto((await eventOnSale(site)).path);
  await page.getByRole("radio", { name: /^Standing/ }).check({ force: true });
  await page.getByRole("button", { name: "One more" }).click();
  await page.getByRole("button", { name: "Hold and pay" }).click();
  await page.getByText("Pay €50.00").waitFor();
  await buyer.payForTicket();
  assert.equal(await page.getByRole("img", { name: /^QR code of the ticket/ }).count(), 2);
});

onEachScreen("seats that are given back are free at once", async ({ site, visit }) => {
  const buyer = await visit();
  const { page } = buyer;
  await buyer.isSignedIn("ada@example.com");
  await page.goto((await eventOnSale(site)).path);
  await buyer.hold("A1");
  await page.getByRole("button", { name: "Give the seats back" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Yes, give them back" }).click();
  await page.getByText("You gave the seats back").waitFor();
  await page.getByRole("link", { name: "Choose other seats" }).click();
  await buyer.sees("A1", "free");
});

onEachScreen("seats that are not paid in time are free again", async ({ site, visit }) => {
  const buyer = await visit();
  const { page } = buyer;
  await buyer.isSignedIn("ada@example.com");
  await page.goto((await eventOnSale(site)).path);
  await buyer.hold("A1");
  await page.getByText("Time ran out").waitFor();
  await page.getByRole("link", { name: "Choose other seats" }).click();
  await buyer.sees("A1", "free");
}, { HOLD: "3s" });

onEachScreen("a cancelled event is told to its buyers and paid back", async ({ site, visit }) => {
  const buyer = await visit();
  const { page } = buyer;
  await buyer.isSignedIn("ada@example.com");
  const { path, organise } = await eventOnSale(site);
  await page.goto(path);
  await buyer.hold("A1");
  await buyer.payForTicket();
  const purchase = page.url();
  await page.goto(path);
  await buyer.sees("A1", "already yours");

  await organise(`/api${path}/cancel`, { reason: "The pianist is ill." });
  await page.getByText("This event is cancelled").waitFor();
  await page.getByText("The pianist is ill.").waitFor();
  await page.goto(purchase);
  await page.getByText("The whole amount is on its way back").waitFor();
  await page.goto("/tickets");
  await page.getByText("Void", { exact: true }).waitFor();
});

onEachScreen("tickets are given back for the amount that was quoted", async ({ site, visit }) => {
  const buyer = await visit();
  const { page } = buyer;
  await buyer.isSignedIn("ada@example.com");
  const { path } = await eventOnSale(site);
  await page.goto(path);
  await buyer.hold("A1");
  await buyer.payForTicket();

  await page.goto("/orders");
  await page.getByRole("button", { name: "Give the tickets back" }).click();
  await page.getByText("You get €45.00 of €45.00 back.").waitFor();
  await page.getByRole("button", { name: "Yes, give them back" }).click();
  await page.getByText("The whole amount is on its way back").waitFor();
  await page.goto("/tickets");
  await page.getByText("Void", { exact: true }).waitFor();
  await page.goto(path);
  await buyer.sees("A1", "free");
});
