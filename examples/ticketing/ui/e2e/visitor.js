import assert from "node:assert/strict";

/** Lists of an account that are on the page when its session ends ask once more, and learn that they are nobody's. */
export const listsOfNobody = /^401 GET \/auth\/(sessions|devices|passkeys|identities)$/;

/** Somebody with a browser of his own. Whatever goes wrong in his page is noted in `troubles`. */
export class Visitor {
  /** Failed requests, refused requests, errors in the console, exceptions: one line each. */
  troubles = [];
  #expected = [];

  static async arrive(context, site) {
    const visitor = new Visitor();
    visitor.context = context;
    visitor.site = site;
    context.setDefaultTimeout(20_000);
    visitor.page = await context.newPage();
    visitor.#listen();
    return visitor;
  }

  /** Takes what fits the pattern for part of the story, from now on. */
  expect(pattern) {
    this.#expected.push(pattern);
  }

  #listen() {
    const { page } = this;
    page.on("pageerror", (error) => this.#note(`exception: ${error.message}`));
    page.on("console", (message) => {
      // A refused request is noted below, with its method.
      const known = message.text().startsWith("Failed to load resource");
      if (["error", "warning"].includes(message.type()) && !known) this.#note(`console: ${message.text()}`);
    });
    page.on("response", (answer) => {
      if (answer.status() >= 400) this.#note(`${answer.status()} ${about(answer.request())}`);
    });
    page.on("requestfailed", (request) => {
      const why = request.failure()?.errorText;
      // The page itself gives up a question whose answer nobody needs any more.
      if (why !== "net::ERR_ABORTED") this.#note(`failed: ${about(request)}: ${why}`);
    });
  }

  #note(trouble) {
    if (!this.#expected.some((pattern) => pattern.test(trouble))) this.troubles.push(trouble);
  }

  /** Signs in behind the scenes, for stories that are about something else. */
  async isSignedIn(email) {
    const { request } = this.context;
    const sent = (await this.site.links(email)).length;
    await succeed(request.post("/auth/magic-link/send", { data: { email } }));
    const token = new URL(await this.site.link(email, sent + 1)).searchParams.get("token");
    await succeed(request.post("/auth/magic-link/verify", { data: { token } }));
  }

  /** Goes the whole way from the sign-in form over the mail to where it leads back. */
  async signIn(email) {
    const { page, site } = this;
    const sent = (await site.links(email)).length;
    await page.getByLabel("E-mail address").fill(email);
    await page.getByRole("button", { name: "Send me a link" }).click();
    await page.getByRole("heading", { name: "Check your mail" }).waitFor();
    await page.goto(await site.link(email, sent + 1));
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByRole("link", { name: `Account of ${email}` }).waitFor();
  }

  seat(id) {
    return this.page.locator(`[data-seat="${id}"]`);
  }

  /** Waits until the map shows a seat as it should be, such as "free" or "sold". */
  async sees(id, state) {
    await this.page.locator(`[data-seat="${id}"][aria-label*=", ${state}"]`).waitFor();
  }

  /** Chooses a numbered seat on the event's page. */
  async choose(id) {
    await this.sees(id, "free");
    await this.seat(id).click();
    await this.sees(id, "chosen by you");
  }

  /** From the event's page to the checkout with a seat that is held. */
  async hold(id) {
    await this.choose(id);
    await this.page.getByRole("button", { name: "Hold and pay" }).click();
    await this.page.waitForURL(/\/checkout\//);
    await this.page.getByRole("timer").waitFor();
  }

  async pay(card = "Good card") {
    await this.page.getByRole("radio", { name: card }).check();
    await this.page.getByRole("button", { name: /^Pay / }).click();
  }

  /** Pays and waits for the one ticket, whose code has to be a picture that loads. */
  async payForTicket() {
    await this.pay();
    await this.page.getByRole("heading", { name: "Enjoy the evening" }).waitFor();
    await this.seesCode();
  }

  async seesCode() {
    const code = this.page.getByRole("img", { name: /^QR code of the ticket/ }).first();
    await code.scrollIntoViewIfNeeded();
    await this.page.waitForFunction((image) => image.complete && image.naturalWidth > 0, await code.elementHandle());
  }

  /** Status and seats of all that this person has asked for, newest first, as the server has it. */
  async orders() {
    const { items } = await (await this.context.request.get("/api/reservations")).json();
    return items.map(({ status, seat_ids }) => [status, seat_ids.join()]);
  }

  /** Seconds on the countdown. */
  async secondsLeft() {
    const face = await this.page.getByRole("timer").innerText();
    const [, minutes, seconds] = /^(\d+):(\d\d)$/.exec(face) ?? assert.fail(`the countdown shows ${face}`);
    return Number(minutes) * 60 + Number(seconds);
  }

  async countsDownBelow(seconds) {
    await this.page.waitForFunction((most) => {
      const [minutes, rest] = document.querySelector("[role=timer]")?.textContent.split(":") ?? [];
      return Number(minutes) * 60 + Number(rest) < most;
    }, seconds);
  }

  /** Notes each look of a seat from now on; the answer tells which there were. */
  async notesLooksOf(id) {
    await this.seat(id).evaluate((seat) => {
      const look = () => seat.getAttribute("aria-label").split(", ")[2];
      globalThis.looks = [];
      new MutationObserver(() => {
        if (globalThis.looks.at(-1) !== look()) globalThis.looks.push(look());
      }).observe(seat, { attributeFilter: ["aria-label"] });
    });
    return () => this.page.evaluate(() => globalThis.looks);
  }

  /** Keeps the commands of pages to come on their way to the server until the answer is called. */
  async delaysCommands() {
    let letPass;
    const passed = new Promise((resolve) => { letPass = resolve; });
    await this.page.routeWebSocket("**/api/ws", (socket) => {
      const server = socket.connectToServer();
      socket.onMessage(async (message) => {
        if (JSON.parse(message).type === "command") await passed;
        server.send(message);
      });
    });
    return letPass;
  }

  /** Sets a mark that a reload of the page would take away; the answer tells whether it is still there. */
  async markPage() {
    await this.page.evaluate(() => { globalThis.marked = true; });
    return () => this.page.evaluate(() => globalThis.marked === true);
  }
}

function about(request) {
  const { pathname, search } = new URL(request.url());
  return `${request.method()} ${pathname}${search}`;
}

async function succeed(asked) {
  const answer = await asked;
  assert.ok(answer.ok(), `${answer.url()}: ${answer.status()} ${await answer.text()}`);
}
