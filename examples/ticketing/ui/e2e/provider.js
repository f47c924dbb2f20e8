import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

/** Where `npm run test:browser` builds the provider. */
const program = fileURLToPath(new URL("../../../../artifacts/browser/oauthprovider", import.meta.url));

/** An OpenID provider, a process of its own, whose page asks nobody: whoever is signed in there comes back at once. */
export class Provider {
  #process;
  #lines;
  #about;

  static async open() {
    const provider = new Provider();
    provider.#process = spawn(program, { stdio: ["pipe", "pipe", "inherit"] });
    provider.#lines = createInterface({ input: provider.#process.stdout })[Symbol.asyncIterator]();
    provider.#about = await provider.#answer();
    return provider;
  }

  /** What the box office has to be told to offer it, under a name. */
  settings(name) {
    const { issuer, client_id, client_secret } = this.#about;
    return { [`OAUTH_${name}_ISSUER`]: issuer, [`OAUTH_${name}_CLIENT_ID`]: client_id, [`OAUTH_${name}_CLIENT_SECRET`]: client_secret };
  }

  /** Says who is signed in there from now on. */
  signedIn(person) {
    return this.#order({ person });
  }

  /** Has it do something wrong from now on; "" ends that. */
  misbehave(fault) {
    return this.#order({ fault });
  }

  async close() {
    const gone = once(this.#process, "exit");
    this.#process.stdin.end();
    await gone;
  }

  async #order(order) {
    this.#process.stdin.write(`${JSON.stringify(order)}\n`);
    await this.#answer();
  }

  async #answer() {
    const { value, done } = await this.#lines.next();
    if (done) throw new Error("the provider has ended");
    return JSON.parse(value);
  }
}
