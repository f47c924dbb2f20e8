import { abortable } from "../abortable.js";
import { localProblem, toProblem } from "../problem.js";
import { ask, type AuthClient } from "./ask.js";
import { outcomeOf, type NoPasskey } from "./outcome.js";

type WebAuthn = typeof import("@simplewebauthn/browser");

type OptionsOf<M extends "startRegistration" | "startAuthentication"> = Parameters<WebAuthn[M]>[0]["optionsJSON"];
/** What the server begins with, for the browser. */
type Options = OptionsOf<"startRegistration"> & OptionsOf<"startAuthentication">;

/** A ceremony: what is told to its two routes, and what the browser does between them. */
interface Ceremony {
  /** The routes, without "/begin" and "/complete". */
  path: string;
  /** What the first route is told. */
  about?: object;
  /** What the second is told besides the credential. */
  more?: object;
  browser(webauthn: WebAuthn, optionsJSON: Options): Promise<unknown>;
  signal?: AbortSignal;
  /** Whether to begin anew before the server forgets the challenge; what shows a dialog ends by itself. */
  renew?: boolean;
}

/** Resolves with what the server makes of the credential. Rejects with ProblemError. */
export async function ceremony<T>(client: AuthClient, asked: Ceremony): Promise<T | NoPasskey> {
  if (!globalThis.PublicKeyCredential) return "unsupported";
  let credential: unknown;
  try {
    while (!credential) credential = await round(client, asked);
  } catch (thrown) {
    const outcome = asked.signal?.aborted ? "cancelled" : outcomeOf(thrown);
    if (outcome) return outcome;
    throw toProblem(thrown);
  }
  return ask<T>(client, "POST", `${asked.path}/complete`, { credential, ...asked.more });
}

/** Resolves with undefined when it is time to begin anew. */
async function round(client: AuthClient, { path, about = {}, browser, signal, renew }: Ceremony): Promise<unknown> {
  const [webauthn, { publicKey }] = await Promise.all([
    load(),
    ask<{ publicKey: Options }>(client, "POST", `${path}/begin`, about, { signal }),
  ]);
  return abortable<unknown>(signal, (resolve, reject) => {
    const cancel = () => webauthn.WebAuthnAbortService.cancelCeremony();
    const timer = renew && publicKey.timeout && setTimeout(() => resolve(cancel()), publicKey.timeout * 0.9);
    const answer = browser(webauthn, publicKey).finally(() => clearTimeout(timer || undefined));
    answer.then(resolve, reject);
    return cancel;
  });
}

function load(): Promise<WebAuthn> {
  return import("@simplewebauthn/browser").catch((cause: unknown) => {
    throw localProblem("failed", "@simplewebauthn/browser cannot be loaded; is it installed?", cause);
  });
}
