import assert from "node:assert/strict";
import { onEachScreen } from "./browser.js";
import { lookAt } from "./look.js";

onEachScreen("a sign-in link works by its button only, once, and where the page waits too", async ({ site, screen, visit }) => {
  const [visitor, scanner] = await Promise.all([visit(), visit()]);
  const { page, context } = visitor;
  await asks(page, "/account");
  const link = await site.link("ada@example.com");

  // As what looks for harm in mails: it opens each link again and again, runs the scripts, and moves the mouse about.
  await scanner.context.request.head(link);
  for (let look = 0; look < 2; look++) await scanner.page.goto(link, { waitUntil: "networkidle" });
  await scanner.page.mouse.move(100, 100);
  await scanner.page.mouse.wheel(0, 400);
  await lookAt(scanner.page, `link-elsewhere-${screen}`);
  assert.equal(await isSignedIn(scanner), false, "looking at the link signs nobody in");

  const mail = await context.newPage();
  await mail.goto(link);
  await mail.getByText("ada@example.com").waitFor();
  assert.equal(await mail.locator(".code").count(), 0, "who asked needs no code");
  await lookAt(mail, `link-${screen}`);
  assert.equal(await isSignedIn(visitor), false);
  await mail.getByRole("button", { name: "Sign in" }).click();
  await mail.getByRole("link", { name: "Account of ada@example.com" }).waitFor();
  await page.getByRole("heading", { name: "Your account" }).waitFor();

  scanner.expect(/^400 GET \/auth\/magic-link\/verify/);
  await scanner.page.goto(link);
  await scanner.page.getByRole("heading", { name: "This link no longer works" }).waitFor();
  await lookAt(scanner.page, `link-used-${screen}`);
  assert.equal(await isSignedIn(scanner), false);
  await scanner.page.getByRole("link", { name: "Sign in again" }).click();
  await scanner.page.getByLabel("E-mail address").waitFor();
});

onEachScreen("a link opened on another device lets the waiting browser in by its code", async ({ site, visit }) => {
  const [waiting, phone] = await Promise.all([visit(), visit()]);
  const { page } = waiting;
  await asks(page, "/orders");
  await phone.page.goto(await site.link("ada@example.com"));
  const code = (await phone.page.locator(".code").innerText()).replaceAll(" ", "");
  assert.match(code, /^\d{6}$/);

  waiting.expect(/^4\d\d POST \/auth\/magic-link\/code$/);
  await page.getByLabel("Code").fill(code === "000000" ? "000001" : "000000");
  await page.getByRole("button", { name: "Sign in with the code" }).click();
  await page.getByText("This is not the code").waitFor();
  await page.getByLabel("Code").fill(code);
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Nothing ordered yet" }).waitFor();
  assert.equal(await isSignedIn(phone), false, "the phone has only told a code");
});

onEachScreen("a program without a page for the code has one all the same", async ({ site, screen, visit }) => {
  const [waiting, phone] = await Promise.all([visit(), visit()]);
  const { page } = waiting;
  await asks(page, "/orders");
  await page.goto("/auth/magic-link/code");
  await lookAt(page, `link-waiting-${screen}`);
  waiting.expect(/^400 POST \/auth\/magic-link\/code$/);
  await page.getByLabel("Code").fill("000 000");
  await page.keyboard.press("Enter");
  await page.getByRole("alert").waitFor();
  await lookAt(page, `link-wrong-code-${screen}`);
  await phone.page.goto(await site.link("ada@example.com"));
  await page.getByLabel("Code").fill(await phone.page.locator(".code").innerText());
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("heading", { name: "Nothing ordered yet" }).waitFor();
});

/** Has a link sent, and waits for it to be used. */
async function asks(page, next) {
  await page.goto(`/sign-in?next=${next}`);
  await page.getByLabel("E-mail address").fill("ada@example.com");
  await page.getByRole("button", { name: "Send me a link" }).click();
  await page.getByRole("heading", { name: "Check your mail" }).waitFor();
}

async function isSignedIn({ context }) {
  return (await (await context.request.get("/auth/session")).json()) !== null;
}
