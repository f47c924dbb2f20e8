import type { ReadInit, Session } from "../types.js";
import { ask, at, list, type AuthClient } from "./ask.js";
import { ceremony } from "./ceremony.js";
import type { NoPasskey } from "./outcome.js";

export interface MagicLink {
  email: string;
  /** Path of this site that the link leads to after signing in; the server decides what it allows. Default: "/". */
  redirectTo?: string;
}

/** Has a sign-in link sent; an earlier one is worthless then. Resolves the same whether the address is known or not. */
export async function magicLink(client: AuthClient, { email, redirectTo }: MagicLink): Promise<void> {
  await ask(client, "POST", "/magic-link/send", { email, redirect_to: redirectTo });
}

/**
 * Signs in with the six digits that the link shows when it is opened on another device; only the browser that asked
 * for the link can. Rejects with ProblemError `wrong_code`, which says in `details.tries_left` how many more may be
 * tried, or `invalid_token` when the link is too old or there was none.
 */
export async function code(client: AuthClient, code: string): Promise<Session> {
  return client.session.begin(await ask<Session>(client, "POST", "/magic-link/code", { code }));
}

/** Signs in with the token of a link. Rejects with ProblemError `invalid_token` when it is wrong, old or used. */
export async function token(client: AuthClient, token: string): Promise<Session> {
  return client.session.begin(await ask<Session>(client, "POST", "/magic-link/verify", { token }));
}

/** A provider to sign in with. */
export interface Provider {
  name: string;
  /** For people. */
  title: string;
}

/** The providers to sign in with, such as Google, as the server is configured. */
export const providers = (client: AuthClient, init?: ReadInit) => list<Provider>(client, "/providers", init);

export interface OAuth {
  /** Name of a provider. */
  provider: string;
  /** Path of this site to come back to; the server decides what it allows. Default: "/". */
  redirectTo?: string;
}

/** Leaves the page for a provider's. Who comes back is signed in. */
export function oauth(client: AuthClient, { provider, redirectTo }: OAuth): void {
  const query = redirectTo ? `?redirect_to=${encodeURIComponent(redirectTo)}` : "";
  location.assign(client.session.address(`${at("/oauth", provider)}/authorize${query}`));
}

export interface PasskeySignIn {
  /** Accepts only passkeys of this account. Default: any. */
  email?: string;
  /**
   * Offers passkeys among what the browser fills into `<input autocomplete="username webauthn">`, for as long as it
   * takes, instead of asking at once.
   */
  autofill?: boolean;
  /** Ends it as `cancelled`. Another ceremony of the page does so too. */
  signal?: AbortSignal;
}

/** Signs in with a passkey. Rejects with ProblemError when the server refuses it. */
export async function passkey(
  client: AuthClient,
  { email, autofill = false, signal }: PasskeySignIn = {},
): Promise<Session | NoPasskey> {
  if (autofill && !(await globalThis.PublicKeyCredential?.isConditionalMediationAvailable?.())) return "unsupported";
  const outcome = await ceremony<Session>(client, {
    path: "/passkey/login",
    about: { email },
    browser: ({ startAuthentication }, optionsJSON) => startAuthentication({ optionsJSON, useBrowserAutofill: autofill }),
    signal,
    renew: autofill,
  });
  return typeof outcome === "string" ? outcome : client.session.begin(outcome);
}
