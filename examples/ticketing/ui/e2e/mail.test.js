import assert from "node:assert/strict";
import { onEachScreen } from "./browser.js";
import { lookAt } from "./look.js";

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
