import type { Request } from "./http.js";
import { ProblemError } from "./problem.js";
import type { Session, SessionStore } from "./types.js";
import { createValue } from "./value.js";

export interface SessionParts {
  request: Request;
  /** Absolute address of an auth route. */
  address: (path: string) => string;
  /** The server has named the user, null for a visitor; `changed` when it was somebody else before. */
  onUser: (user: string | null, changed: boolean) => void;
}

/** A session store whose session the socket, too, can end. */
export interface OwnSessionStore extends SessionStore {
  refresh(retries?: number): Promise<void>;
  /** Id of the user as the server named it last, null for a visitor; undefined while it has not. */
  user(): string | null | undefined;
  /** The server ended the session. */
  ended(): void;
}

export function createSession({ request, address, onUser }: SessionParts): OwnSessionStore {
  const value = createValue<Session | null | undefined>(undefined, () => {
    if (value.get() === undefined) refresh().catch(() => {});
  });
  /** Counts questions and changes: only the answer to the latest question counts. */
  let latest = 0;
  let newest = Promise.resolve();
  let user: string | null | undefined;

  const change = (next: Session | null, changed: boolean) => {
    latest++;
    newest = Promise.resolve();
    user = next?.user.id ?? null;
    value.set(next);
    onUser(user, changed);
  };

  const refresh = (retries?: number) => (newest = ask(++latest, retries));

  const ask = async (own: number, retries?: number): Promise<void> => {
    try {
      const answer = request<Session>("GET", address("/session"), undefined, {}, retries);
      const found = toSession(await orNone(answer));
      if (own !== latest) return newest;
      change(found, user !== undefined && user !== (found?.user.id ?? null));
    } catch (thrown) {
      if (own === latest && value.get() === undefined) value.set(null);
      throw thrown;
    }
  };

  return {
    get: value.get,
    subscribe: value.subscribe,
    refresh,
    user: () => user,
    ended: () => change(null, false),
    address,
    request,
    begin(answer) {
      const session = toSession(answer)!;
      change(session, true);
      return session;
    },
    async signOut() {
      await orNone(request("POST", address("/logout")));
      change(null, true);
    },
  };
}

/** Leaves the session token out: it belongs to the cookie, not to scripts. */
function toSession(answer: Session | undefined): Session | null {
  return answer?.user ? { expires_at: answer.expires_at, user: answer.user } : null;
}

/** The answer; undefined when nobody is signed in. Where there are no auth routes nobody ever is. */
function orNone<T>(answer: Promise<T>): Promise<T | undefined> {
  return answer.catch((thrown: unknown) => {
    if (thrown instanceof ProblemError && (thrown.status === 401 || thrown.status === 404)) return undefined;
    throw thrown;
  });
}
