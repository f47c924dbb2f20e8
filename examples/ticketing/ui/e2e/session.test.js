import assert from "node:assert/strict";
import { onEachScreen } from "./browser.js";
import { eventOnSale } from "./event.js";
import { lookAt } from "./look.js";

onEachScreen("signing out in one tab asks the other to sign in, and leads back", async ({ site, screen, visit }) => {
  const buyer = await visit();
  const { page, context } = buyer;
  await buyer.isSignedIn("ada@example.com");
  const { path } = await eventOnSale(site);
  await page.goto(path);
  await buyer.hold("A2");
  const checkout = page.url();
  const isSamePage = await buyer.markPage();

  const other = await context.newPage();
  await other.goto("/account");
  await other.getByRole("button", { name: "Sign out", exact: true }).click();
  await page.getByRole("heading", { name: "You have been signed out" }).waitFor();
  assert.equal(page.url(), checkout);
  assert.ok(await isSamePage(), "the page was loaded again");
  await lookAt(page, `signed-out-${screen}`);

  await buyer.signIn("ada@example.com");
  assert.equal(page.url(), checkout, "signing in leads back");
  await page.getByRole("timer").waitFor();
});

onEachScreen("who was signed out may look around, live", async ({ site, visit }) => {
  const visitor = await visit();
  const { page, context } = visitor;
  await visitor.isSignedIn("ada@example.com");
  const { path } = await eventOnSale(site);
  await page.goto(path);
  await visitor.sees("A2", "free");
  assert.ok((await context.request.post("/auth/logout")).ok());
  await page.getByRole("button", { name: "Just look around" }).click();
  await visitor.sees("A2", "free");
  await page.getByRole("link", { name: "Sign in to buy" }).waitFor();

  const other = await site.caller("grace@example.com");
  await other("/api/reservations", { event_id: path.split("/").at(-1), section: "Stalls", seat_ids: ["A2"] });
  await visitor.sees("A2", "held by somebody else");
});

onEachScreen("a command of nobody is refused", async ({ site, visit }) => {
  const { page } = await visit();
  const { path } = await eventOnSale(site);
  await page.goto(path);
  const answer = await page.evaluate(async (event_id) => {
    const id = crypto.randomUUID();
    const socket = new WebSocket("/api/ws");
    await new Promise((resolve) => { socket.onopen = resolve; });
    const said = new Promise((resolve) => { socket.onmessage = ({ data }) => resolve(JSON.parse(data)); });
    const action = { Initiate: { id, event_id, section: "Stalls", seat_ids: ["A1"] } };
    socket.send(JSON.stringify({ type: "command", id: "c1", store: "reservation", key: id, action }));
    return said;
  }, path.split("/").at(-1));
  assert.deepEqual([answer.type, answer.id, answer.code], ["error", "c1", "unauthenticated"]);
});
