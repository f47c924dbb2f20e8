import type { Request } from "./http.js";
import { ProblemError } from "./problem.js";
import type { Session, SessionStore } from "./types.js";
import { createValue } from "./value.js";

export interface SessionParts {
  request: Request;
  /** Absolute address of an auth route. */
  address: (path: string) => string;
  /** Somebody else is signed in now, or nobody. */
  onIdentity: () => void;
}

/** A session store whose session the socket, too, can end. */
export interface OwnSessionStore extends SessionStore {
  /** The server ended the session. */
  ended(): void;
}

export function createSession({ request, address, onIdentity }: SessionParts): OwnSessionStore {
  const value = createValue<Session | null | undefined>(undefined, () => {
    if (value.get() === undefined) refresh().catch(() => {});
  });
  /** Counts questions and changes: only the answer to the latest question counts. */
  let latest = 0;

  const change = (next: Session | null) => {
    latest++;
    value.set(next);
  };

  const refresh = async () => {
    const own = ++latest;
    const known = value.get();
    try {
      const found = await current();
      if (own !== latest) return;
      value.set(found);
      if (known !== undefined && known?.user.id !== found?.user.id) onIdentity();
    } catch (thrown) {
      if (own === latest && known === undefined) value.set(null);
      throw thrown;
    }
  };

  const current = async (): Promise<Session | null> => {
    try {
      return toSession(await request<Session | null>("GET", address("/session")));
    } catch (thrown) {
      if (isSignedOut(thrown)) return null;
      throw thrown;
    }
  };

  return {
    get: value.get,
    subscribe: value.subscribe,
    refresh,
    ended: () => change(null),
    post: (path, body) => request("POST", address(path), body),
    begin(answer) {
      const session = toSession(answer)!;
      change(session);
      onIdentity();
      return session;
    },
    async signOut() {
      await request("POST", address("/logout")).catch((thrown) => {
        if (!isSignedOut(thrown)) throw thrown;
      });
      change(null);
      onIdentity();
    },
  };
}

/** Leaves the session token out: it belongs to the cookie, not to scripts. */
function toSession(answer: Session | null | undefined): Session | null {
  return answer?.user ? { expires_at: answer.expires_at, user: answer.user } : null;
}

function isSignedOut(thrown: unknown): boolean {
  return thrown instanceof ProblemError && thrown.status === 401;
}
