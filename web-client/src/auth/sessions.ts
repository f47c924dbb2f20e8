import type { ReadInit } from "../types.js";
import { ask, at, list as listOf, type AuthClient } from "./ask.js";

/** A session of the user, in one browser or client. */
export interface SessionItem {
  id: string;
  /** Name of the device, such as "Firefox on Linux". */
  device: string;
  device_id: string;
  /** Where it began, for people; empty when unknown. */
  place: string;
  /** RFC 3339 times; it expires then however much it is used. */
  created_at: string;
  last_seen_at: string;
  expires_at: string;
  /** 1: signed in, 2: proved by a passkey. */
  level: number;
  /** Whether it is this one. */
  current: boolean;
}

/** The user's sessions, the one used last first. */
export const list = (client: AuthClient, init?: ReadInit) => listOf<SessionItem>(client, "/sessions", init);

/** Ends a session; its sockets are closed. */
export async function revoke(client: AuthClient, id: string): Promise<void> {
  await ask(client, "DELETE", at("/sessions", id));
}

/** Ends all sessions but this one. */
export async function revokeOthers(client: AuthClient): Promise<void> {
  await ask(client, "DELETE", "/sessions");
}

/** Extends this session, as far as the server allows. */
export async function refresh(client: AuthClient): Promise<void> {
  await ask(client, "POST", "/session/refresh");
  await client.session.refresh();
}
