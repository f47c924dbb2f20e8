import type { Method } from "../http.js";
import type { Client, WriteInit } from "../types.js";

/** What signing in needs of a client, whatever its API. */
export type AuthClient = Pick<Client, "session">;

/** Asks an auth route. */
export function ask<T>({ session }: AuthClient, method: Method, path: string, body?: unknown, init?: WriteInit): Promise<T> {
  return session.request<T>(method, session.address(path), body, init);
}

/** Reads a list. */
export async function list<T>(client: AuthClient, path: string, init?: WriteInit): Promise<T[]> {
  return (await ask<{ items: T[] }>(client, "GET", path, undefined, init)).items;
}

/** The route of one item. */
export const at = (path: string, id: string) => `${path}/${encodeURIComponent(id)}`;
