import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { until } from "./until.js";

/** Where `npm run test:browser` builds the box office. */
const program = fileURLToPath(new URL("../../../../artifacts/browser/ticketing", import.meta.url));

/** A box office of its own: the real program on a free port, with a data directory that goes away with it. */
export class Site {
  #data;
  #port;
  #process;
  #settings;
  /** What the program wrote, for when a test fails. */
  log = "";

  /** Opens one, with settings of the program beside its address and its data. */
  static async open(settings = {}) {
    const site = new Site();
    site.#settings = settings;
    site.#data = await mkdtemp(join(tmpdir(), "box-office-"));
    site.#port = await freePort();
    site.url = `http://localhost:${site.#port}`;
    await site.start();
    return site;
  }

  /** Starts the program, at first or again after `kill`, and waits until it is ready. */
  async start() {
    const env = {
      ...process.env, LISTEN: `127.0.0.1:${this.#port}`, BASE_URL: this.url, DEV: "1",
      DATABASE_URL: `sqlite:${join(this.#data, "box.db")}`, DATA_DIR: this.#data,
      ...this.#settings,
    };
    const child = spawn(program, { env, stdio: ["ignore", "pipe", "pipe"] });
    this.#process = child;
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (text) => { this.log += text; });
    child.on("error", (error) => { this.log += `${error}\n`; });
    await until("the program to be ready", async () => {
      if (child.exitCode !== null) throw new Error(`the program has exited\n${this.log}`);
      return (await fetch(`${this.url}/ready`).catch(() => undefined))?.ok;
    });
  }

  /** As `kill -9`: the program is gone and could finish nothing. */
  async kill() {
    const gone = once(this.#process, "exit");
    if (this.#process.kill("SIGKILL")) await gone;
  }

  async close() {
    await this.kill();
    await rm(this.#data, { recursive: true, force: true });
  }

  /** The links that were mailed to an address so far, to sign in or to confirm something, newest first. */
  async links(email) {
    const mails = await (await fetch(`${this.url}/dev/mailbox.json`)).json();
    return mails
      .filter((mail) => mail.to.some((to) => to.includes(email)))
      .map((mail) => /\S+\/auth\/\S+\?token=\S+/.exec(mail.text)?.[0])
      .filter((link) => link !== undefined);
  }

  /** The newest link of an address, once the mailbox holds that many. */
  link(email, count = 1) {
    return until(`link ${count} of ${email}`, async () => {
      const links = await this.links(email);
      return links.length >= count && links[0];
    });
  }

  /** Signs in without a browser and returns a function that asks the API as that person. */
  async caller(email) {
    await post(this.url, "/auth/magic-link/send", { email });
    const token = new URL(await this.link(email)).searchParams.get("token");
    const { session_token } = await post(this.url, "/auth/magic-link/verify", { token });
    return (path, body = {}) => post(this.url, path, body, { Authorization: `Bearer ${session_token}` });
  }
}

async function post(url, path, body, headers = {}) {
  const answer = await fetch(url + path, {
    method: "POST", body: JSON.stringify(body),
    headers: { "Content-Type": "application/json", "Idempotency-Key": crypto.randomUUID(), ...headers },
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`POST ${path}: ${answer.status} ${text}`);
  return text === "" ? undefined : JSON.parse(text);
}

async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  await once(server, "close");
  return port;
}
