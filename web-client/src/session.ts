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
    if (value.get() === undefined) load().catch(() => change(value.get() ?? null));
  });
  /** Counts changes: an answer to a question asked before the last one is out of date. */
  let changes = 0;

  const change = (next: Session | null) => {
    changes++;
    value.set(next);
  };

  const load = async () => {
    const asked = changes;
    const found = await current();
    if (asked !== changes) return;
    const known = value.get();
    change(found);
    if (known !== undefined && known?.user.id !== found?.user.id) onIdentity();
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
    refresh: load,
    ended: () => change(null),
    async sendMagicLink(email) {
      await request("POST", address("/magic-link/send"), { email });
    },
    async verifyMagicLink(token) {
      const session = toSession(await request<Session>("POST", address("/magic-link/verify"), { token }))!;
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
