import type { ReadInit } from "../types.js";
import { ask, at, list as listOf, type AuthClient } from "./ask.js";

/** A browser, or another client, that the user signed in with. */
export interface Device {
  id: string;
  /** Such as "Firefox on Linux". */
  name: string;
  /** By age and use; `trusted`, too, because the user said so. */
  trust: "new" | "known" | "trusted";
  /** RFC 3339 times; when it signed in first and last. */
  first_seen_at: string;
  last_seen_at: string;
  /** How many sessions it has now. */
  sessions: number;
  /** Whether it is this one. */
  current: boolean;
}

/** The user's devices, the one used last first. */
export const list = (client: AuthClient, init?: ReadInit) => listOf<Device>(client, "/devices", init);

/** Says that a device is the user's own: signing in there looks less like somebody else. */
export async function trust(client: AuthClient, id: string): Promise<void> {
  await ask(client, "POST", `${at("/devices", id)}/trust`);
}

/** Forgets a device and ends its sessions. */
export async function remove(client: AuthClient, id: string): Promise<void> {
  await ask(client, "DELETE", at("/devices", id));
}
