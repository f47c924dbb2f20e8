import type { Session } from "../types.js";
import type { AuthClient } from "./ask.js";
import { ceremony } from "./ceremony.js";
import type { NoPasskey } from "./outcome.js";

export interface PasskeySignUp {
  email: string;
  name?: string;
}

/**
 * Makes an account with a passkey, and signs in. The address counts once the user has shown that they read its mail.
 * Rejects with ProblemError.
 */
export async function passkey(client: AuthClient, about: PasskeySignUp): Promise<Session | NoPasskey> {
  const outcome = await ceremony<Session>(client, {
    path: "/passkey/sign-up",
    about,
    browser: ({ startRegistration }, optionsJSON) => startRegistration({ optionsJSON }),
  });
  return typeof outcome === "string" ? outcome : client.session.begin(outcome);
}
