import { onEachScreen } from "./browser.js";

onEachScreen("an organiser brings an event on sale for everybody", async ({ visit }) => {
  const [organiser, visitor] = await Promise.all([visit(), visit()]);
  const { page } = organiser;
  await organiser.isSignedIn("grace@example.com");
  await page.goto("/organise");
  await page.getByRole("link", { name: "New event" }).click();
  await fillIn(page, "Sleeper to Ostend");
  await page.getByRole("button", { name: "Save as a draft" }).click();
  await page.getByRole("heading", { name: "Sleeper to Ostend", level: 1 }).waitFor();

  await visitor.page.goto("/?q=Ostend");
  await visitor.page.getByRole("heading", { name: "No event fits" }).waitFor();

  await page.getByRole("button", { name: "Publish" }).click();
  await page.getByRole("button", { name: "Open sales" }).click();
  await page.getByRole("button", { name: "Close sales" }).waitFor();

  await visitor.page.goto("/");
  await visitor.page.getByLabel("Search").fill("Ostend");
  await visitor.page.getByRole("link", { name: "Sleeper to Ostend" }).click();
  await visitor.sees("C5", "free, €45.50");
  await visitor.page.getByText("15 of 15 free").waitFor();
  await visitor.page.getByText("50 of 50 free").waitFor();
});

onEachScreen("a draft that is not filled in says where", async ({ visit }) => {
  const organiser = await visit();
  const { page } = organiser;
  await organiser.isSignedIn("grace@example.com");
  await page.goto("/organise/new");
  await page.getByRole("button", { name: "Save as a draft" }).click();
  await page.getByText("Give the event a title").waitFor();
  await page.getByText("Not everything is filled in").waitFor();
  await page.waitForFunction(() => document.activeElement === document.querySelector("[aria-invalid]"));
});

async function fillIn(page, title) {
  await page.getByLabel("Title").fill(title);
  await page.getByLabel("Description").fill("One night, two countries.");
  await page.getByLabel("Venue", { exact: true }).fill("Gare de l’Est");
  await page.getByLabel("Rows", { exact: true }).fill("3");
  await page.getByLabel("Seats in a row").fill("5");
  await page.getByLabel("Regular price in EUR").fill("45.50");

  await page.getByRole("button", { name: "Add a section" }).click();
  const second = page.locator("fieldset").filter({ has: page.getByRole("button", { name: "Remove this section" }) }).last();
  await second.getByLabel("Name").fill("Standing");
  await second.getByLabel("Kind").selectOption("general");
  await second.getByLabel("Capacity").fill("50");
  await second.getByLabel("Regular price in EUR").fill("25");
}
