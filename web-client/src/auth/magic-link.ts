import type { ApiShape } from "../api.js";
import type { Client, Session } from "../types.js";

export interface SendMagicLinkOptions {
  /** Path the link leads to after signing in; the server decides what it allows. Default: the server's. */
  redirectTo?: string;
}

/** Has a sign-in link sent. Resolves the same way whether the address is known or not. */
export async function sendMagicLink<A extends ApiShape>(
  client: Client<A>,
  email: string,
  { redirectTo }: SendMagicLinkOptions = {},
): Promise<void> {
  await client.session.post("/magic-link/send", { email, redirect_to: redirectTo });
}

/**
 * Signs in with the token of a link; the socket reconnects with the new identity. Rejects with ProblemError
 * `invalid_token` when it is wrong, old or used.
 */
export async function verifyMagicLink<A extends ApiShape>(client: Client<A>, token: string): Promise<Session> {
  return client.session.begin(await client.session.post<Session>("/magic-link/verify", { token }));
}
