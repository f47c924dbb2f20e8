import assert from "node:assert/strict";
import { onEachScreen } from "./browser.js";
import { eventOnSale } from "./event.js";

onEachScreen("a seat that somebody else holds changes without a reload", async ({ site, visit }) => {
  const { path } = await eventOnSale(site);
  const [buyer, watcher] = await Promise.all([visit(), visit()]);
  await buyer.isSignedIn("ada@example.com");
  await Promise.all([buyer.page.goto(path), watcher.page.goto(path)]);
  await watcher.sees("B3", "free");
  const isSamePage = await watcher.markPage();

  await buyer.hold("B3");
  await watcher.sees("B3", "held by somebody else");
  await watcher.page.getByText("13 of 14 free").waitFor();

  await buyer.payForTicket();
  await watcher.sees("B3", "sold");
  assert.ok(await isSamePage(), "the watcher's page was loaded again");
});

onEachScreen("of two who want the same seat one is told kindly", async ({ site, visit }) => {
  const { path } = await eventOnSale(site);
  const [winner, loser] = await Promise.all([visit(), visit()]);
  // Both have pressed before either knows of the other; the loser's command is a moment longer on its way.
  const letPass = await loser.delaysCommands();
  for (const visitor of [winner, loser]) {
    await visitor.isSignedIn(`${crypto.randomUUID()}@example.com`);
    await visitor.page.goto(path);
    await visitor.choose("A2");
  }
  await loser.page.getByRole("button", { name: "Hold and pay" }).click();
  await loser.sees("A2", "being held for you");
  await winner.page.getByRole("button", { name: "Hold and pay" }).click();
  await winner.page.getByRole("timer").waitFor();
  letPass();

  await loser.sees("A2", "held by somebody else");
  await loser.page.getByText("A2 has just been taken").waitFor(); // once: two would be refused here
  await loser.page.getByText("Choose your seats").waitFor();
  await loser.hold("A3");
});

onEachScreen("a choice is one’s own at once, without a flicker, until it is refused", async ({ site, visit }) => {
  const buyer = await visit();
  const { page } = buyer;
  const letPass = await buyer.delaysCommands();
  await buyer.isSignedIn("ada@example.com");
  const { path } = await eventOnSale(site);
  await page.goto(path);
  await buyer.choose("A2");
  const looks = await buyer.notesLooksOf("A2");
  await page.getByRole("button", { name: "Hold and pay" }).click();
  await buyer.sees("A2", "being held for you");
  letPass();
  await page.getByRole("timer").waitFor();
  assert.deepEqual(await looks(), ["being held for you"]);

  const elsewhere = await site.caller("ada@example.com");
  await elsewhere("/api/reservations", { event_id: path.split("/").at(-1), section: "Standing", quantity: 7 });
  await page.goBack();
  await buyer.sees("A2", "already yours");
  await buyer.choose("B2");
  const looksNow = await buyer.notesLooksOf("B2");
  await page.getByRole("button", { name: "Hold and pay" }).click();
  await page.getByText("That would be more than 8 seats").waitFor();
  await buyer.sees("B2", "chosen by you");
  assert.deepEqual(await looksNow(), ["being held for you", "chosen by you"]);
});

onEachScreen("a seat lost while choosing is taken off the choice", async ({ site, visit }) => {
  const { path } = await eventOnSale(site);
  const [slow, fast] = await Promise.all([visit(), visit()]);
  await slow.isSignedIn("slow@example.com");
  await fast.isSignedIn("fast@example.com");
  await slow.page.goto(path);
  await slow.choose("A1");
  await slow.choose("A2");

  await fast.page.goto(path);
  await fast.hold("A1");
  await slow.page.getByText("A1 has just been taken").waitFor();
  await slow.sees("A2", "chosen by you");
  await slow.page.getByText("1 × €45.00").waitFor();
});
