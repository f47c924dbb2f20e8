import type { ClientOptions } from "./types.js";

/** The absolute addresses behind the options, resolved when used: a server render has no location. */
export interface Addresses {
  api(path: string): string;
  auth(path: string): string;
  socket(): string;
}

export function createAddresses({ url, socketPath, authPath = "/auth" }: ClientOptions): Addresses {
  const origin = () => new URL(url, globalThis.location?.href);
  const base = url.replace(/\/$/, "");
  return {
    api: (path) => new URL(base + path, origin()).href,
    auth: (path) => new URL(authPath + path, origin()).href,
    socket() {
      const address = new URL(socketPath ?? `${base}/ws`, origin());
      address.protocol = address.protocol.replace("http", "ws");
      return address.href;
    },
  };
}
