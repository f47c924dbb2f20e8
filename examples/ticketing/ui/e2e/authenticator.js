/** What keeps the passkeys of a browser: an authenticator that is always there, unlocked and willing, until told otherwise. */
export class Authenticator {
  #devtools;
  #id;

  static async attach(page) {
    const authenticator = new Authenticator();
    const devtools = await page.context().newCDPSession(page);
    await devtools.send("WebAuthn.enable");
    const { authenticatorId } = await devtools.send("WebAuthn.addVirtualAuthenticator", {
      options: {
        protocol: "ctap2", ctap2Version: "ctap2_1", transport: "internal", hasResidentKey: true,
        hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true,
      },
    });
    authenticator.#devtools = devtools;
    authenticator.#id = authenticatorId;
    return authenticator;
  }

  /** Whether its owner unlocks it when asked. Who does not cancels what was begun. */
  unlocks(isUserVerified) {
    return this.#send("setUserVerified", { isUserVerified });
  }

  /** Whether its owner reacts when asked. */
  reacts(enabled) {
    return this.#send("setAutomaticPresenceSimulation", { enabled });
  }

  /** Takes it away, with its passkeys; a page has one at a time. */
  detach() {
    return this.#send("removeVirtualAuthenticator");
  }

  /** The ids of its passkeys. */
  async passkeys() {
    const { credentials } = await this.#send("getCredentials");
    return credentials.map(({ credentialId }) => credentialId);
  }

  #send(method, parameters = {}) {
    return this.#devtools.send(`WebAuthn.${method}`, { authenticatorId: this.#id, ...parameters });
  }
}
