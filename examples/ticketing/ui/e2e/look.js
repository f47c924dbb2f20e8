import assert from "node:assert/strict";
import { join } from "node:path";
import { artifacts } from "./browser.js";

/** Sees that nothing is wider than the screen, and takes a picture of the page by day and one by night. */
export async function lookAt(page, name) {
  const screen = page.viewportSize();
  const [width, height] = await page.evaluate(() => {
    const { scrollWidth, scrollHeight } = document.documentElement;
    return [scrollWidth, scrollHeight];
  });
  assert.ok(width <= screen.width, `${name} is ${width} pixels wide on a screen of ${screen.width}`);

  // On a screen as tall as the page, what sticks to the bottom lies where it belongs.
  await page.setViewportSize({ width: screen.width, height });
  for (const colorScheme of ["dark", "light"]) {
    await page.emulateMedia({ colorScheme });
    await page.evaluate(() => new Promise((resolve) => { requestAnimationFrame(() => requestAnimationFrame(resolve)); }));
    await page.screenshot({ path: join(artifacts, "screenshots", `${name}-${colorScheme}.png`), animations: "disabled" });
  }
  await page.setViewportSize(screen);
}
