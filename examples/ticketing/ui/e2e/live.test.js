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
  for (const visitor of [winner, loser]) {
    await visitor.isSignedIn(`${crypto.randomUUID()}@example.com`);
    await visitor.page.goto(path);
    await visitor.choose("A2");
  }
  // Both have pressed before either knows of the other; the loser's request is a moment longer on its way.
  let letPass;
  const overtaken = new Promise((resolve) => { letPass = resolve; });
  await loser.page.route("**/api/reservations", (route) => overtaken.then(() => route.continue()));
  loser.expect(/^409 POST \/api\/reservations$/);
  const refused = loser.page.waitForResponse("**/api/reservations");
  await loser.page.getByRole("button", { name: "Hold and pay" }).click();
  await winner.page.getByRole("button", { name: "Hold and pay" }).click();
  await winner.page.getByRole("timer").waitFor();
  letPass();

  assert.equal((await (await refused).json()).code, "seat_taken");
  await loser.sees("A2", "held by somebody else");
  await loser.page.getByText("A2 has just been taken").waitFor(); // once: two would be refused here
  await loser.page.getByText("Choose your seats").waitFor();
  await loser.hold("A3");
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
