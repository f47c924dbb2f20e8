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
  await page.getByRole("button", { name: "Add a passkey" }).click();
  await page.getByText("This device has one already").waitFor();
  assert.equal((await authenticator.passkeys()).length, 1);

  await page.getByRole("button", { name: /^Rename / }).click();
  await page.keyboard.press("ControlOrMeta+a");
  await page.keyboard.type("Laptop");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Laptop" }).waitFor();
  await page.goto("/account");
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.getByRole("banner").getByRole("link", { name: "Sign in" }).waitFor();

  await authenticator.unlocks(false);
  await page.goto("/sign-in?next=/account");
  await page.getByRole("button", { name: "Sign in with a passkey" }).click();
  await page.getByText("Nothing has happened").waitFor();
  await authenticator.unlocks(true);
  await page.reload(); // and it is offered, and taken, without a button
  await page.getByRole("heading", { name: "Your account" }).waitFor();

  await visitor.isSignedIn("ada@example.com"); // by mail, which is less than a passkey
  await page.reload();
  visitor.expect(/^403 DELETE \/auth\/me$/);
  await page.getByRole("button", { name: "Delete account" }).click();
  await page.getByText("You will be asked for your passkey").waitFor();
  await authenticator.unlocks(false);
  await page.getByRole("button", { name: "Yes, delete everything" }).click();
  await page.getByText("Nothing was deleted").waitFor();
  await authenticator.unlocks(true);
  await page.getByRole("button", { name: "Yes, delete everything" }).click();
  await page.getByRole("heading", { name: "Your account is deleted" }).waitFor();

  visitor.expect(/^400 POST \/auth\/passkey\/login\/complete$/);
  await page.goto("/sign-in");
  await page.getByText("No account here has this passkey").waitFor();
});

onEachScreen("an account made with a passkey keeps it as its last way in", async ({ visit }) => {
  const visitor = await visit();
  const { page } = visitor;
  const authenticator = await Authenticator.attach(page);
  await authenticator.unlocks(false);
  await page.goto("/sign-in?next=/account/security");
  await page.getByRole("link", { name: "Create an account with a passkey" }).click();
  await page.getByLabel("E-mail address").fill("grace@example.com");
  await page.getByLabel("Name").fill("Grace");
  await page.getByRole("button", { name: "Create my passkey" }).click();
  await page.getByText("Nothing has happened").waitFor();
  await authenticator.unlocks(true);
  await page.getByRole("button", { name: "Create my passkey" }).click();
  await page.getByRole("heading", { name: "Security" }).waitFor();

  visitor.expect(/^409 DELETE \/auth\/passkeys\//);
  const passkeys = page.getByRole("region", { name: "Passkeys" });
  await passkeys.getByRole("button", { name: /^Remove / }).click();
  await page.getByRole("button", { name: "Yes, remove it" }).click();
  await passkeys.getByText("This is your last way in").waitFor();
  await authenticator.detach();
  await Authenticator.attach(page);
  await passkeys.getByRole("button", { name: "Add a passkey" }).click();
  await passkeys.getByRole("listitem").nth(1).waitFor();
  assert.equal(await passkeys.getByRole("alert").count(), 0, "an old refusal is still told");
  await passkeys.getByRole("button", { name: /^Remove / }).first().click();
  await page.getByRole("button", { name: "Yes, remove it" }).click();
  await passkeys.getByRole("listitem").nth(1).waitFor({ state: "detached" });
});
