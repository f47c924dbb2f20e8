import type { ReadInit } from "../types.js";
import { ask, at, list as listOf, type AuthClient } from "./ask.js";
import type { OAuth } from "./sign-in.js";

/** An account at a provider that signs the user in. */
export interface Identity {
  provider: string;
  /** Name of the provider for people. */
  title: string;
  /** Address of the account there when it was linked, where the provider tells. */
  email?: string;
  /** RFC 3339 time. */
  linked_at: string;
}

/** The user's accounts at providers. */
export const list = (client: AuthClient, init?: ReadInit) => listOf<Identity>(client, "/identities", init);

/** Leaves the page for a provider's, to link the account there. Rejects with ProblemError. */
export async function link(client: AuthClient, { provider, redirectTo }: OAuth): Promise<void> {
  const body = { redirect_to: redirectTo };
  location.assign((await ask<{ location: string }>(client, "POST", `${at("/oauth", provider)}/link`, body)).location);
}

/** Rejects with ProblemError `last_way_in` when the user could not sign in any more. */
export async function unlink(client: AuthClient, provider: string): Promise<void> {
  await ask(client, "DELETE", at("/identities", provider));
}
