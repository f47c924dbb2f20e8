import { cleanup, render, renderHook } from "@testing-library/react";
import { StrictMode, type ReactNode } from "react";
import { onTestFinished, vi } from "vitest";
import type { Client } from "../../src/index.js";
import { ClientProvider } from "../../src/react/index.js";
import { connect, startServer } from "../setup.js";

/** A server, a client of it, and React in StrictMode with that client. */
export async function startApp() {
  const server = await startServer();
  const client = connect(server);
  onTestFinished(cleanup);
  const wrapper = wrapperOf(client);
  return {
    server,
    client,
    wrapper,
    hook: <T, P>(use: (props: P) => T, initialProps?: NoInfer<P>) => renderHook(use, { wrapper, initialProps }),
    page: (children: ReactNode) => render(<>{children}</>, { wrapper }),
  };
}

export function wrapperOf(client: Client) {
  return ({ children }: { children: ReactNode }) => (
    <StrictMode>
      <ClientProvider client={client}>{children}</ClientProvider>
    </StrictMode>
  );
}

/** What React complains of from here on; it is not printed. */
export function complaints() {
  const spy = vi.spyOn(console, "error").mockImplementation(() => {});
  onTestFinished(() => spy.mockRestore());
  return spy;
}
