import assert from "node:assert/strict";
import { onEachScreen } from "./browser.js";

onEachScreen("a page that is somebody’s own leads to sign-in and back, until sign-out", async ({ visit }) => {
  const visitor = await visit();
  const { page } = visitor;
  await page.goto("/tickets");
  await page.getByRole("heading", { name: "This page is yours alone" }).waitFor();
  await page.getByRole("main").getByRole("link", { name: "Sign in" }).click();
  await visitor.signIn("ada@example.com");
  assert.equal(new URL(page.url()).pathname, "/tickets");
  await page.getByRole("heading", { name: "No tickets yet" }).waitFor();

  await page.getByRole("link", { name: "Account of ada@example.com" }).click();
  await page.getByText("This device").waitFor();
  await page.getByRole("button", { name: "Sign out", exact: true }).click();
  await page.getByRole("banner").getByRole("link", { name: "Sign in" }).waitFor();
  await page.goto("/tickets");
  await page.getByRole("heading", { name: "This page is yours alone" }).waitFor();
});

onEachScreen("a sign-in link works by its button only, and once", async ({ site, visit }) => {
  const [visitor, stranger] = await Promise.all([visit(), visit()]);
  const { page } = visitor;
  await page.goto("/sign-in");
  await page.getByLabel("E-mail address").fill("ada@example.com");
  await page.getByRole("button", { name: "Send me a link" }).click();
  await page.getByText("ada@example.com").waitFor();

  const link = await site.link("ada@example.com");
  await page.goto(link);
  await page.getByText("You are about to sign in as").waitFor();
  assert.equal(await isSignedIn(visitor), false, "looking at the link signs nobody in");
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("link", { name: "Account of ada@example.com" }).waitFor();
  assert.equal(await isSignedIn(visitor), true);

  stranger.expect(/^400 GET \/auth\/magic-link\/verify/);
  await stranger.page.goto(link);
  await stranger.page.getByRole("heading", { name: "This link no longer works" }).waitFor();
  assert.equal(await isSignedIn(stranger), false);
  await stranger.page.getByRole("link", { name: "Sign in again" }).click();
  await stranger.page.getByLabel("E-mail address").waitFor();
});

async function isSignedIn({ context }) {
  return (await (await context.request.get("/auth/session")).json()) !== null;
}

onEachScreen("another device can be signed out from the account", async ({ visit }) => {
  const [here, there] = await Promise.all([visit(), visit()]);
  for (const visitor of [here, there]) await visitor.isSignedIn("ada@example.com");
  await there.page.goto("/tickets");
  await there.page.getByRole("heading", { name: "No tickets yet" }).waitFor();

  await here.page.goto("/account");
  await here.page.getByRole("button", { name: /^Sign out .+/ }).click();
  await there.page.getByRole("heading", { name: "You have been signed out" }).waitFor();
});
