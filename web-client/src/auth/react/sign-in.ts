import { useEffect, type ReactNode } from "react";
import { useCommand, type Command } from "../../react/command.js";
import type { FetchState } from "../../react/fetch.js";
import { useSession } from "../../react/session.js";
import type { Session } from "../../types.js";
import type { NoPasskey } from "../outcome.js";
import * as signIn from "../sign-in.js";
import { useList } from "./list.js";

/** Its children, for who is signed in. */
export function SignedIn({ children }: { children?: ReactNode }): ReactNode {
  return useSession().session ? children : null;
}

/** Its children, for a visitor. While it is not known who that is, neither shows. */
export function SignedOut({ children }: { children?: ReactNode }): ReactNode {
  return useSession().session === null ? children : null;
}

/** The providers to sign in with. */
export function useProviders(): FetchState<signIn.Provider[]> {
  return useList(signIn.providers);
}

/** Passkeys, as `useCommand(signIn.passkey)`. */
export type PasskeyCommand = Command<Pick<signIn.PasskeySignIn, "email"> | undefined, Session | NoPasskey>;

/**
 * Signs in with a passkey: by `run`, as a button does, and with `autofill` from what the browser fills into
 * `<input autoComplete="username webauthn">`, which has to be on the page while nobody is signed in. A dialog interrupts
 * that; it ends with the component.
 */
export function usePasskeySignIn({ autofill = false } = {}): PasskeyCommand {
  const dialog: PasskeyCommand = useCommand(signIn.passkey);
  const field = useCommand(signIn.passkey);
  const isVisitor = useSession().session === null;
  const offers = autofill && isVisitor && dialog.status !== "pending";
  const { run } = field;
  useEffect(() => {
    if (!offers) return;
    const stop = new AbortController();
    void run({ autofill, signal: stop.signal });
    return () => stop.abort();
  }, [offers, autofill, run]);
  return { ...dialog, error: dialog.error ?? field.error };
}
