import { cleanup, render, renderHook } from "@testing-library/react";
import { StrictMode, type ReactNode } from "react";
import { onTestFinished, vi } from "vitest";
import type { Client } from "../../src/index.js";
import { ClientProvider } from "../../src/react/index.js";
import { connect, startServer, until } from "../setup.js";

/** A server, a client of it, and React in StrictMode with that client. */
export async function startApp() {
  const server = await startServer();
  const client = connect(server);
  vi.stubGlobal("IS_REACT_ACT_ENVIRONMENT", true);
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

/** Waits, as `until`, for what the server sends; React works meanwhile as it does in a page. */
export async function settle<T>(found: () => T): Promise<NonNullable<T>> {
  vi.stubGlobal("IS_REACT_ACT_ENVIRONMENT", false);
  const value = await until(found);
  vi.stubGlobal("IS_REACT_ACT_ENVIRONMENT", true);
  return value;
}

/** What React complains of from here on; it is not printed. */
export function complaints() {
  const spy = vi.spyOn(console, "error").mockImplementation(() => {});
  onTestFinished(() => spy.mockRestore());
  return spy;
}
