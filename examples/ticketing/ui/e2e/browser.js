import { after, test } from "node:test";
import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { Site } from "./site.js";
import { Visitor } from "./visitor.js";

/** Where pictures go; git ignores it. */
export const artifacts = fileURLToPath(new URL("../../../../artifacts/", import.meta.url));

const flags = [
  "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-sync",
  "--no-first-run", "--disable-background-networking",
];

const screens = {
  desktop: { viewport: { width: 1280, height: 800 } },
  phone: { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true },
};

const browser = await chromium.launch({ executablePath: process.env.CHROMIUM || "/usr/bin/chromium", args: flags });
after(() => browser.close());

/**
 * A test on a desktop and on a phone, each with a box office of its own. `visit` opens a browser that knows nobody;
 * what goes wrong in its pages and was not expected fails the test.
 * @param {string} name
 * @param {(stage: { site: Site, screen: string, visit: () => Promise<Visitor> }) => Promise<void>} run
 * @param {Record<string, string>} [settings] of the program
 */
export function onEachScreen(name, run, settings) {
  for (const [screen, size] of Object.entries(screens)) {
    test(`${name} (${screen})`, { timeout: 120_000 }, async () => {
      const site = await Site.open(settings);
      const visitors = [];
      const visit = async () => {
        const context = await browser.newContext({ ...size, baseURL: site.url, locale: "en-GB", reducedMotion: "reduce" });
        const visitor = await Visitor.arrive(context, site);
        visitors.push(visitor);
        return visitor;
      };
      try {
        await run({ site, screen, visit });
        for (const visitor of visitors) assert.deepEqual(visitor.troubles, [], "nothing unexpected went wrong in the page");
      } catch (error) {
        await keepEvidence(`${name} (${screen})`, visitors, site);
        throw error;
      } finally {
        await Promise.all(visitors.map((visitor) => visitor.context.close()));
        await site.close();
      }
    });
  }
}

async function keepEvidence(name, visitors, site) {
  const folder = join(artifacts, "browser", "failed", name.replaceAll(/\W+/g, "-"));
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "server.log"), site.log);
  for (const [i, { page, troubles }] of visitors.entries()) {
    await writeFile(join(folder, `visitor-${i + 1}.txt`), [page.url(), ...troubles].join("\n"));
    await page.screenshot({ path: join(folder, `visitor-${i + 1}.png`), fullPage: true }).catch(() => {});
  }
}
