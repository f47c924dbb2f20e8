import { ofBytes, toBase64url, toBytes } from "./base64url.js";

/** A passkey that an authenticator holds; both in base64url. */
interface Held {
  id: string;
  userHandle: string;
}

/** What holds the passkeys of a page, and its user, in tests. It signs nothing: `createTestServer` takes its word. */
export interface TestAuthenticator {
  readonly passkeys: readonly Held[];
  /** What the user does when asked. Default: confirms, with the first passkey that fits. */
  user: "confirms" | "cancels";
  /** Whether a page has passkeys offered in a field. */
  readonly isOffering: boolean;
  /** The user picks what is offered in the field. */
  autofill(): void;
  /** Gives the page back what it had before. */
  uninstall(): void;
}

/** Puts an authenticator behind `navigator.credentials`, and `PublicKeyCredential` into the page. */
export function installAuthenticator(): TestAuthenticator {
  let passkeys: Held[] = [];
  let made = 0;
  /** Answers the page that has passkeys offered. */
  let offer: (() => void) | undefined;

  const ask = () => {
    if (authenticator.user === "cancels") throw new DOMException("The user said no", "NotAllowedError");
  };

  const create = async ({ publicKey, signal }: CredentialCreationOptions): Promise<unknown> => {
    signal?.throwIfAborted();
    ask();
    const { challenge, user, excludeCredentials = [] } = publicKey!;
    const excluded = excludeCredentials.map(({ id }) => ofBytes(id));
    if (passkeys.some(({ id }) => excluded.includes(id))) throw new DOMException("It is here already", "InvalidStateError");
    const held = { id: toBase64url(`passkey ${++made}`), userHandle: ofBytes(user.id) };
    passkeys.push(held);
    return credential(held, "webauthn.create", challenge);
  };

  const get = async ({ publicKey, mediation, signal }: CredentialRequestOptions): Promise<unknown> => {
    signal?.throwIfAborted();
    if (mediation === "conditional") await offered(signal);
    else ask();
    const allowed = publicKey!.allowCredentials?.map(({ id }) => ofBytes(id)) ?? [];
    const held = passkeys.find(({ id }) => allowed.length === 0 || allowed.includes(id));
    if (!held) throw new DOMException("There is no passkey that fits", "NotAllowedError");
    return credential(held, "webauthn.get", publicKey!.challenge);
  };

  const offered = (signal: AbortSignal | undefined) =>
    new Promise<void>((resolve, reject) => {
      offer = resolve;
      signal?.addEventListener("abort", () => {
        if (offer === resolve) offer = undefined;
        reject(signal.reason);
      });
    });

  const authenticator: TestAuthenticator = {
    get passkeys() {
      return passkeys;
    },
    user: "confirms",
    get isOffering() {
      return offer !== undefined;
    },
    autofill() {
      if (!offer) throw new Error("no page has passkeys offered in a field");
      offer();
      offer = undefined;
    },
    uninstall: () => restore.forEach((undo) => undo()),
  };

  const restore = [
    replace(globalThis.navigator, "credentials", { create, get }),
    replace(globalThis, "PublicKeyCredential", class {
      static isConditionalMediationAvailable = async () => true;
      static async signalAllAcceptedCredentials({ userId, allAcceptedCredentialIds }: AllAcceptedCredentialsOptions) {
        passkeys = passkeys.filter(({ id, userHandle }) => userHandle !== userId || allAcceptedCredentialIds.includes(id));
      }
    }),
  ];
  return authenticator;
}

/** What a browser resolves with. */
function credential({ id, userHandle }: Held, type: string, challenge: BufferSource): unknown {
  const client = { type, challenge: ofBytes(challenge), origin: globalThis.location?.origin };
  const signed = toBytes(toBase64url("signed"));
  return {
    id,
    rawId: toBytes(id),
    type: "public-key",
    authenticatorAttachment: "platform",
    getClientExtensionResults: () => ({}),
    response: {
      clientDataJSON: toBytes(toBase64url(JSON.stringify(client))),
      attestationObject: signed,
      authenticatorData: signed,
      signature: signed,
      userHandle: toBytes(userHandle),
      getTransports: () => ["internal"],
    },
  };
}

/** Sets a property, and returns what puts back what was there. */
function replace(target: object, name: string, value: unknown): () => void {
  const before = Object.getOwnPropertyDescriptor(target, name);
  Object.defineProperty(target, name, { configurable: true, value });
  return () => {
    if (before) Object.defineProperty(target, name, before);
    else Reflect.deleteProperty(target, name);
  };
}
