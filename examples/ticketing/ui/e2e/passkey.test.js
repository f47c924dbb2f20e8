import assert from "node:assert/strict";
import { Authenticator } from "./authenticator.js";
import { onEachScreen } from "./browser.js";

onEachScreen("a passkey is made, offered where the address is typed, and asked for before the account goes", async ({ visit }) => {
  const visitor = await visit();
  const { page } = visitor;
  await visitor.isSignedIn("ada@example.com");
  const authenticator = await Authenticator.attach(page);
  await page.goto("/account/security");
  await page.getByText("No passkey yet").waitFor();

  await authenticator.unlocks(false);
  await page.getByRole("button", { name: "Add a passkey" }).click();
  await page.getByText("Nothing has happened").waitFor();
  await authenticator.unlocks(true);
  await page.getByRole("button", { name: "Add a passkey" }).click();
  await page.getByText("was added").waitFor();
  assert.equal((await authenticator.passkeys()).length, 1);
  await page.getByRole("button", { name: "Add a passkey" }).click();
  await page.getByText("This device has one already").waitFor();

  await page.getByRole("button", { name: /^Rename / }).click();
  await page.keyboard.press("ControlOrMeta+a");
  await page.keyboard.type("Laptop");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Laptop" }).waitFor();

  await page.goto("/account");
  await page.getByRole("button", { name: "Sign out" }).click();
  await authenticator.reacts(false);
  await page.goto("/sign-in?next=/account");
  await page.getByLabel("E-mail address").waitFor();
  await authenticator.reacts(true);
  await page.getByRole("heading", { name: "Your account" }).waitFor();
});
