import { after } from "node:test";
import { Authenticator } from "./authenticator.js";
import { onEachScreen } from "./browser.js";
import { lookAt } from "./look.js";
import { Provider } from "./provider.js";

const provider = await Provider.open();
after(() => provider.close());

onEachScreen("every page about the account fits, light and dark", async ({ site, screen, visit }) => {
  const [visitor, elsewhere] = await Promise.all([visit(), visit()]);
  const look = (page, name) => lookAt(page, `${name}-${screen}`);
  await asStranger(visitor, (name) => look(visitor.page, name));
  await elsewhere.page.goto(await site.link("ada@example.com"));
  await look(elsewhere.page, "sign-in-code");

  for (const each of [elsewhere, visitor]) await each.isSignedIn("ada@example.com");
  await asOwner(visitor, (name) => look(visitor.page, name));
}, provider.settings("EXAMPLE"));

async function asStranger(visitor, look) {
  const { page } = visitor;
  await page.goto("/sign-up");
  await page.getByRole("button", { name: "Create my passkey" }).waitFor();
  await look("sign-up");
  await page.goto("/sign-in");
  await page.getByRole("button", { name: /^Continue with/ }).waitFor();
  await page.getByLabel("E-mail address").fill("ada@example.com");
  await look("sign-in");
  await page.getByRole("button", { name: "Send me a link" }).click();
  visitor.expect(/^4\d\d POST \/auth\/magic-link\/code$/);
  await page.getByLabel("Code").fill("123456");
  await page.getByRole("button", { name: "Sign in with the code" }).click();
  await page.getByText("This is not the code").waitFor();
  await look("wrong-code");
  await page.goto("/goodbye");
  await page.getByRole("heading", { name: "Your account is deleted" }).waitFor();
  await look("goodbye");
}

/** Looks after the account, which is open in another browser too. */
async function asOwner({ page }, look) {
  await page.goto("/account");
  await page.getByLabel("New e-mail address").fill("ada@new.example");
  await page.getByRole("button", { name: "Change address" }).click();
  await page.getByText("One more step").waitFor();
  await look("account");
  await page.getByRole("button", { name: "Delete account" }).click();
  await page.getByRole("heading", { name: "Delete your account?" }).waitFor();
  await look("delete-account");

  await page.goto("/account/security");
  await page.getByText("No passkey yet").waitFor();
  await page.getByText("None is connected yet").waitFor();
  await look("security-empty");
  await provider.signedIn({ Subject: "ada", Email: "ada@elsewhere.example", EmailVerified: true, Name: "Ada" });
  await page.getByRole("button", { name: /^Connect / }).click();
  await page.getByRole("button", { name: /^Disconnect / }).waitFor();
  await Authenticator.attach(page);
  await page.getByRole("button", { name: "Add a passkey" }).click();
  await page.getByText("was added").waitFor();
  await page.getByRole("button", { name: /^Trust / }).first().click();
  await page.getByText("Trusted").waitFor();
  await look("security");
  await page.getByRole("button", { name: /^Rename / }).click();
  await page.getByLabel("Name of the passkey").fill("Laptop");
  await look("rename-passkey");
}
