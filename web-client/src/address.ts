import type { ClientOptions } from "./types.js";

/** The absolute addresses behind the options, resolved when used: a server render has no location. */
export interface Addresses {
  api(path: string): string;
  auth(path: string): string;
  socket(): string;
  /** The socket's endpoint for HTTP. */
  post(): string;
}

export function createAddresses({ url, socketPath, authPath = "/auth" }: ClientOptions): Addresses {
  const origin = () => new URL(url, globalThis.location?.href);
  const base = url.replace(/\/$/, "");
  const endpoint = () => new URL(socketPath ?? `${base}/ws`, origin()).href;
  return {
    api: (path) => new URL(base + path, origin()).href,
    auth: (path) => new URL(authPath + path, origin()).href,
    socket: () => endpoint().replace(/^http/, "ws"),
    post: () => endpoint().replace(/^ws/, "http"),
  };
}
