import { onEachScreen } from "./browser.js";
import { eventOnSale, seededEvent } from "./event.js";
import { lookAt } from "./look.js";

onEachScreen("every page fits, light and dark", async ({ site, screen, visit }) => {
  const visitor = await visit();
  const look = (name) => lookAt(visitor.page, `${name}-${screen}`);
  await asStranger(visitor, look);
  await asChooser(visitor, look);
  await asBuyer(visitor, (await eventOnSale(site)).path, look);
  await asOrganiser(visitor, look);
  await asOperator(visitor, look);
}, { ADMIN_EMAILS: "ada@example.com" });

async function asStranger(visitor, look) {
  const { page, site } = visitor;
  await page.goto("/");
  await page.getByRole("article").first().waitFor();
  await look("events");
  await page.goto("/?q=nowhere");
  await page.getByRole("heading", { name: "No event fits" }).waitFor();
  await look("no-event");
  await page.goto("/tickets");
  await page.getByRole("heading", { name: "This page is yours alone" }).waitFor();
  await look("own-page");

  await page.goto("/sign-in");
  await page.getByLabel("E-mail address").fill("ada@example.com");
  await page.getByRole("button", { name: "Send me a link" }).click();
  await page.getByRole("heading", { name: "Check your mail" }).waitFor();
  await look("mail-sent");
  const link = await site.link("ada@example.com");
  await page.goto("/dev/mailbox");
  await look("mailbox");
  await page.goto(link);
  await look("sign-in-link");
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("link", { name: "Account of ada@example.com" }).waitFor();
  visitor.expect(/^400 GET \/auth\/magic-link\/verify/);
  await page.goto(link);
  await look("used-link");
}

/** Looks at a hall in which others have been before. */
async function asChooser(visitor, look) {
  const { page, site } = visitor;
  const { id, sections: [{ name: section }] } = await seededEvent(site);
  const other = await site.caller("grace@example.com");
  const bought = await other("/api/reservations", { event_id: id, section, seat_ids: ["A4", "A5", "A6"] });
  await other("/api/payments", { reservation_id: bought.id, payment_method: { type: "credit_card", token: "tok_ok" } });
  await other("/api/reservations", { event_id: id, section, seat_ids: ["C6", "C7"] });

  await page.goto(`/events/${id}`);
  await visitor.choose("B5");
  await visitor.choose("B6");
  await visitor.sees("A5", "sold");
  await visitor.sees("C7", "held by somebody else");
  await look("seat-map");
}

async function asBuyer(visitor, path, look) {
  const { page } = visitor;
  await page.goto("/tickets");
  await page.getByRole("heading", { name: "No tickets yet" }).waitFor();
  await look("no-tickets");

  await page.goto(path);
  await visitor.sees("B3", "free");
  await page.getByRole("radio", { name: /^Standing/ }).check({ force: true });
  await page.getByRole("heading", { name: "How many?" }).waitFor();
  await look("standing");
  await page.getByRole("radio", { name: /^Stalls/ }).check({ force: true });

  await visitor.hold("B3");
  await look("checkout");
  visitor.expect(/^402 POST \/api\/payments$/);
  await visitor.pay("Declined card");
  await page.getByText("2 attempts are left").waitFor();
  await look("declined");
  await visitor.payForTicket();
  await look("bought");

  for (const [own, shown] of [["/tickets", "B3"], ["/orders", "Completed"]]) {
    await page.goto(own);
    await page.getByText(shown).first().waitFor();
    await look(own.slice(1));
  }
}

/** Looks into a purchase whose second payment was given up. */
async function asOperator(visitor, look) {
  const { page, site } = visitor;
  await page.goto("/admin");
  await page.getByRole("heading", { name: "Nothing was given up" }).waitFor();
  await look("admin-empty");

  await page.goto((await eventOnSale(site)).path);
  await visitor.hold("A2");
  const { pathname } = new URL(page.url());
  visitor.expect(/^402 POST \/api\/payments$/);
  await visitor.pay("Declined card");
  await page.getByText("2 attempts are left").waitFor();
  await visitor.pay("Stuck payment");
  await page.getByRole("link", { name: "Look under the hood" }).click();
  await page.getByText("Given up").waitFor();
  await look("under-the-hood");
  await page.getByRole("button", { name: "Show the state at version 4" }).click();
  await page.getByRole("heading", { name: "State at version 4" }).waitFor();
  await page.getByRole("article", { name: "ChargeDeclined" }).getByText("PaymentDeclined").click();
  await look("time-travel");

  await page.goto("/admin");
  await page.getByText("the merchant account is suspended").waitFor();
  await page.getByText("Payload").click();
  await look("admin");
  await page.goto(pathname);
  await page.getByRole("button", { name: "Give the seats back" }).click();
  await page.getByRole("button", { name: "Yes, give them back" }).click();
  await page.getByText("You gave the seats back").waitFor();
  await page.getByRole("link", { name: "Look under the hood" }).click();
  await page.getByRole("heading", { name: "State at version 6" }).waitFor();
  await look("under-the-hood-ended");
}

async function asOrganiser(visitor, look) {
  const { page } = visitor;
  await page.goto("/organise/new");
  await page.getByLabel("Title").fill("Sleeper to Ostend");
  await page.getByLabel("Venue", { exact: true }).fill("Gare de l’Est");
  await page.getByLabel("Regular price in EUR").fill("45.50");
  await look("new-event");
  await page.getByRole("button", { name: "Save as a draft" }).click();
  await page.getByRole("heading", { name: "Places, live" }).waitFor();
  await page.getByText("96", { exact: true }).first().waitFor();
  await look("organise-event");
  await page.goto("/organise");
  await page.getByRole("article").first().waitFor();
  await look("organise");
  await page.goto("/nowhere/at/all");
  await page.getByRole("heading", { name: "No train stops at this address" }).waitFor();
  await look("not-found");
}
