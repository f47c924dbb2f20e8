import { onEachScreen } from "./browser.js";
import { eventOnSale } from "./event.js";

onEachScreen("a seat can be held with the keyboard alone", async ({ site, visit }) => {
  const buyer = await visit();
  const { page } = buyer;
  const { keyboard } = page;
  await buyer.isSignedIn("ada@example.com");
  await page.goto((await eventOnSale(site)).path);
  await buyer.sees("A1", "free");

  await tabTo(page, "[data-seat=A1]");
  await keyboard.press("ArrowRight");
  await isFocused(page, "[data-seat=A2]");
  await keyboard.press("ArrowDown");
  await isFocused(page, "[data-seat=B3]");
  await keyboard.press("End");
  await isFocused(page, "[data-seat=B8]");
  await keyboard.press("Home");
  await isFocused(page, "[data-seat=B1]");
  await keyboard.press("Space");
  await buyer.sees("B1", "chosen by you");

  await keyboard.press("Tab");
  await keyboard.press("Enter");
  await page.getByRole("timer").waitFor();
  await page.getByText("B1", { exact: true }).waitFor();
});

/** Presses Tab until the element has the focus; the whole page is one round. */
async function tabTo(page, selector) {
  for (let stops = 0; stops < 40; stops++) {
    await page.keyboard.press("Tab");
    if (await page.evaluate((wanted) => document.activeElement?.matches(wanted), selector)) return;
  }
  throw new Error(`${selector} is not within 40 tab stops`);
}

async function isFocused(page, selector) {
  await page.waitForFunction((wanted) => document.activeElement?.matches(wanted), selector);
}
