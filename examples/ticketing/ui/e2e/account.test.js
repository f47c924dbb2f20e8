import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { onEachScreen } from "./browser.js";
import { eventOnSale } from "./event.js";

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
  await page.getByRole("button", { name: "Sign out", exact: true }).click();
  await page.getByRole("banner").getByRole("link", { name: "Sign in" }).waitFor();
  await page.goto("/tickets");
  await page.getByRole("heading", { name: "This page is yours alone" }).waitFor();
});

onEachScreen("another device is signed out and forgotten from the account, and in the end this one", async ({ visit }) => {
  const [here, there] = await Promise.all([visit(), visit()]);
  for (const visitor of [there, here]) await visitor.isSignedIn("ada@example.com");
  await there.page.goto("/tickets");
  await there.page.getByRole("heading", { name: "No tickets yet" }).waitFor();

  const { page } = here;
  await page.goto("/account/security");
  const sessions = page.getByRole("region", { name: "Where you are signed in" });
  await sessions.getByText("This device").waitFor();
  await sessions.getByRole("button", { name: /^Sign out .+ on / }).click();
  await there.page.getByRole("heading", { name: "You have been signed out" }).waitFor();
  await sessions.getByRole("button").first().waitFor({ state: "detached" });

  const devices = page.getByRole("region", { name: "Devices" }).getByRole("listitem");
  const [mine, other] = [devices.filter({ hasText: "This device" }), devices.filter({ hasNotText: "This device" })];
  await mine.getByRole("button", { name: /^Trust / }).click();
  await mine.getByText("Trusted").waitFor();
  await other.getByRole("button", { name: /^Remove / }).click();
  await page.getByRole("button", { name: "Yes, remove it" }).click();
  await other.waitFor({ state: "detached" });

  await mine.getByRole("button", { name: /^Remove / }).click();
  await page.getByText("it is the one in your hands").waitFor();
  await page.getByRole("button", { name: "Yes, remove it" }).click();
  await page.getByRole("heading", { name: "This page is yours alone" }).waitFor();
});

onEachScreen("name and address change, all that is known is exported, and the account goes", async ({ site, visit }) => {
  const visitor = await visit();
  const { page, context } = visitor;
  await visitor.isSignedIn("ada@example.com");
  await page.goto((await eventOnSale(site)).path);
  await visitor.hold("B3");
  await visitor.payForTicket();

  await page.goto("/account");
  await page.getByLabel("Name", { exact: true }).fill("Ada Lovelace");
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByText("Saved").waitFor();
  await page.getByLabel("New e-mail address").fill("ada@new.example");
  await page.getByRole("button", { name: "Change address" }).click();
  await page.getByText("One more step").waitFor();
  const mail = await context.newPage();
  await mail.goto(await site.link("ada@new.example"));
  await mail.getByRole("button").click();
  await mail.getByText("ada@new.example").waitFor();
  await page.evaluate(() => dispatchEvent(new Event("focus"))); // back in this window
  await page.getByRole("link", { name: "Account of ada@new.example" }).waitFor();

  const [file] = await Promise.all([page.waitForEvent("download"), page.getByRole("link", { name: "Export" }).click()]);
  const known = JSON.parse(await readFile(await file.path(), "utf8"));
  assert.deepEqual([known.profile.name, known.profile.email], ["Ada Lovelace", "ada@new.example"]);
  assert.match(JSON.stringify(known), /"B3"/);

  await page.getByRole("button", { name: "Delete account" }).click();
  await page.getByRole("button", { name: "Yes, delete everything" }).click();
  await page.getByRole("heading", { name: "Your account is deleted" }).waitFor();
  await page.goto("/sign-in?next=/orders");
  await visitor.signIn("ada@new.example");
  await page.getByRole("heading", { name: "Nothing ordered yet" }).waitFor();
});
