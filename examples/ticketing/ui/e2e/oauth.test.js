import { after } from "node:test";
import { onEachScreen } from "./browser.js";
import { Provider } from "./provider.js";

const provider = await Provider.open();
after(() => provider.close());

onEachScreen("an account elsewhere signs in, is declined, and is connected and disconnected", async ({ visit }) => {
  const [ada, grace] = await Promise.all([visit(), visit()]);
  await provider.signedIn({ Subject: "ada", Email: "ada@example.com", EmailVerified: true, Name: "Ada" });
  const { page } = ada;
  ada.expect(/^403 GET \/auth\/oauth\/example\/callback/);
  await provider.misbehave("access_denied");
  await page.goto("/sign-in?next=/account/security");
  await page.getByRole("button", { name: /^Continue with / }).click();
  await page.getByRole("heading", { name: "Not signed in" }).waitFor();
  await provider.misbehave("");
  await page.goto("/sign-in?next=/account/security");
  await page.getByRole("button", { name: /^Continue with / }).click();
  await page.getByRole("link", { name: "Account of ada@example.com" }).waitFor();
  const connected = page.getByRole("region", { name: "Connected accounts" });
  await connected.getByText("ada@example.com").waitFor();
  await connected.getByRole("button", { name: /^Disconnect / }).click();
  await page.getByRole("button", { name: "Yes, disconnect it" }).click();
  await connected.getByText("None is connected yet").waitFor();

  await provider.signedIn({ Subject: "grace", Email: "grace@elsewhere.example", EmailVerified: true, Name: "Grace" });
  await grace.isSignedIn("grace@example.com");
  await grace.page.goto("/account/security");
  await grace.page.getByRole("button", { name: /^Connect / }).click();
  await grace.page.getByText("grace@elsewhere.example").waitFor();
  await grace.page.goto("/account");
  await grace.page.getByRole("button", { name: "Sign out" }).click();
  await grace.page.getByRole("banner").getByRole("link", { name: "Sign in" }).waitFor();
  await grace.page.goto("/sign-in");
  await grace.page.getByRole("button", { name: /^Continue with / }).click();
  await grace.page.getByRole("link", { name: "Account of grace@example.com" }).waitFor();
}, provider.settings("EXAMPLE"));
