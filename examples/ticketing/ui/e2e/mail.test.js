import assert from "node:assert/strict";
import { onEachScreen } from "./browser.js";
import { lookAt } from "./look.js";

const ada = "ada@example.com";

/** Asks for a link in the browser of a visitor, behind the scenes, and returns the link. */
async function asksForLink({ context, site }, redirect_to = "/") {
  const sent = (await site.links(ada)).length;
  const answer = await context.request.post("/auth/magic-link/send", { data: { email: ada, redirect_to } });
  assert.equal(answer.status(), 202);
  return site.link(ada, sent + 1);
}

const session = async ({ context }) => (await context.request.get("/auth/session")).json();

onEachScreen("a mail scanner uses up no link and signs nobody in", async ({ site, screen, visit }) => {
  const reader = await visit();
  const link = await asksForLink(reader);

  // What those who protect mailboxes do: ask what it is, look twice, and open it in a browser that runs scripts, waits
  // for all there is to load, moves the mouse about, and goes away.
  assert.equal((await fetch(link, { method: "HEAD" })).status, 200);
  for (let i = 0; i < 2; i++) assert.equal((await fetch(link)).status, 200);
  const scanner = await visit();
  await scanner.page.goto(link, { waitUntil: "networkidle" });
  await scanner.page.mouse.move(100, 100);
  await scanner.page.mouse.wheel(0, 400);
  await scanner.page.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));
  await scanner.page.reload({ waitUntil: "networkidle" });
  await lookAt(scanner.page, `link-elsewhere-${screen}`);
  assert.equal(await session(scanner), null, "the scanner is signed in");

  await reader.page.goto(link);
  await lookAt(reader.page, `link-${screen}`);
  assert.equal(await reader.page.locator(".code").count(), 0, "who asked needs no code");
  await reader.page.getByRole("button", { name: "Sign in" }).click();
  await reader.page.waitForURL("**/");
  assert.equal((await session(reader)).user.email, ada);
});

onEachScreen("a link that is opened elsewhere lets the waiting browser in by its code", async ({ site, screen, visit }) => {
  const waiting = await visit();
  const other = await visit();
  const link = await asksForLink(waiting, "/dev/mails");
  await waiting.page.goto("/auth/magic-link/code");
  await lookAt(waiting.page, `link-waiting-${screen}`);

  await other.page.goto(link);
  const code = await other.page.locator(".code").innerText();
  assert.match(code, /^\d{3} \d{3}$/);
  const wrong = code === "000 000" ? "000 001" : "000 000";

  waiting.expect(/^400 POST \/auth\/magic-link\/code$/);
  await waiting.page.getByLabel("Code").fill(wrong);
  await waiting.page.keyboard.press("Enter");
  await waiting.page.getByRole("alert").waitFor();
  await lookAt(waiting.page, `link-wrong-code-${screen}`);
  await waiting.page.getByLabel("Code").fill(code);
  await waiting.page.getByRole("button", { name: "Sign in" }).click();
  await waiting.page.waitForURL("**/dev/mails");
  assert.equal((await session(waiting)).user.email, ada);
  assert.equal(await session(other), null, "whoever opened the link is signed in");

  other.expect(/^400 GET \/auth\/magic-link\/verify/);
  await other.page.goto(link);
  await other.page.getByRole("heading", { name: "This link no longer works" }).waitFor();
  await lookAt(other.page, `link-used-${screen}`);
});

onEachScreen("each mail fits its screen, by day and by night", async ({ screen, visit }) => {
  const { page, context } = await visit();
  await page.goto("/dev/mails");
  const kinds = await page.locator("article").evaluateAll((all) => all.map(({ id }) => id));
  assert.ok(kinds.includes("sign_in"), `mails: ${kinds}`);
  await page.goto("about:blank"); // where no policy of the site keeps the style of a mail away
  for (const kind of kinds) {
    // As the page of a mail reader has it: its own is in a sandbox, where nothing can be measured.
    await page.setContent(await (await context.request.get(`/dev/mails/${kind}`)).text());
    assert.equal(await page.getByRole("heading", { level: 1 }).count(), 1);
    await lookAt(page, `mail-${kind}-${screen}`);
  }
});
