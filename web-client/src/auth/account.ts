import type { ReadInit, Session } from "../types.js";
import { ask, type AuthClient } from "./ask.js";

export type Profile = Session["user"];

/** The signed-in user, as the server knows them now. */
export function me(client: AuthClient, init?: ReadInit): Promise<Profile> {
  return ask(client, "GET", "/me", undefined, init);
}

/** Changes the name that the user goes by. */
export async function rename(client: AuthClient, name: string): Promise<void> {
  await ask(client, "PATCH", "/me", { name });
  await client.session.refresh();
}

/** Has a letter sent to a new address; it becomes the user's when the link in it is followed. */
export async function changeEmail(client: AuthClient, email: string): Promise<void> {
  await ask(client, "POST", "/me/email", { email });
}

/** Where the browser downloads all that is known of the user, as one JSON document. */
export const exportUrl = (client: AuthClient) => client.session.address("/me/export");

/**
 * Deletes the account and all that is known of the user, for good. Rejects with ProblemError `step_up_required` when
 * signing in was some time ago.
 */
export async function erase(client: AuthClient): Promise<void> {
  await ask(client, "DELETE", "/me");
  await client.session.refresh();
}
