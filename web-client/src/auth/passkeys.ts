import type { ReadInit } from "../types.js";
import { ask, at, type AuthClient } from "./ask.js";
import { ceremony } from "./ceremony.js";
import type { NoPasskey } from "./outcome.js";

/** A passkey of the user. */
export interface Passkey {
  id: string;
  name: string;
  /** RFC 3339 times; null while it was never used. */
  created_at: string;
  last_used_at: string | null;
  /** Whether a keychain carries it to other devices. */
  synced: boolean;
  /** How it can be reached: "internal", "hybrid", "usb" … */
  transports: string[];
  /** Model of what keeps it, a UUID of zeros when that does not say. */
  aaguid: string;
}

/** The passkeys that the server accepts, for the browser to forget all others of this user. */
interface Signal {
  rp_id: string;
  user_handle: string;
  credential_ids: string[];
}

/** The user's passkeys, the oldest first. The browser forgets those that were removed elsewhere, where it can. */
export async function list(client: AuthClient, init?: ReadInit): Promise<Passkey[]> {
  const { items, signal } = await ask<{ items: Passkey[]; signal: Signal }>(client, "GET", "/passkeys", undefined, init);
  tell(signal);
  return items;
}

export interface NewPasskey {
  /** Default: the server's name of this device. */
  name?: string;
}

/** Makes a passkey. Rejects with ProblemError. */
export function add(client: AuthClient, more: NewPasskey = {}): Promise<Passkey | NoPasskey> {
  return ceremony<Passkey>(client, {
    path: "/passkey/register",
    browser: ({ startRegistration }, optionsJSON) => startRegistration({ optionsJSON }),
    more,
  });
}

export async function rename(client: AuthClient, { id, name }: Pick<Passkey, "id" | "name">): Promise<void> {
  await ask(client, "PATCH", at("/passkeys", id), { name });
}

/**
 * Removes a passkey, and has the browser forget it where it can. Rejects with ProblemError `last_way_in` when the user
 * could not sign in any more.
 */
export async function remove(client: AuthClient, id: string): Promise<void> {
  tell((await ask<{ signal: Signal }>(client, "DELETE", at("/passkeys", id))).signal);
}

/** Tells the browser, which need not listen: a passkey that it keeps is refused. */
function tell({ rp_id, user_handle, credential_ids }: Signal): void {
  const told = { rpId: rp_id, userId: user_handle, allAcceptedCredentialIds: credential_ids };
  globalThis.PublicKeyCredential?.signalAllAcceptedCredentials?.(told).catch(() => {});
}
