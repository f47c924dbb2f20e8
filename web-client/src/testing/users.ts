import { ProblemError } from "../problem.js";
import type { Session } from "../types.js";
import type { Backend } from "./backend.js";
import type { TestAccount, TestAnswer } from "./types.js";

/** Who is known to the server, what belongs to them, and the cookies that name them. */
export function createUsers(backend: Backend) {
  const users = new Map<string, Session>();
  const accounts = new Map<string, TestAccount>();
  /** By token: of a link, and of the cookie that it is exchanged for. */
  const sessions = new Map<string, Session>();

  const add = (id: string, about: Partial<Session["user"]> = {}): Session => {
    const user = { id, email: `${id}@example.com`, name: id, roles: [], ...about };
    const session = { expires_at: "2030-01-01T00:00:00Z", user };
    users.set(id, session);
    sessions.set(`token-${id}`, session);
    if (!accounts.has(id)) accounts.set(id, newAccount());
    return session;
  };

  const revoke = (id: string | null) => {
    for (const [token, session] of sessions) if (session.user.id === id) sessions.delete(token);
    for (const line of backend.lines) if (line.user === id) line.close(4401, "the session has ended");
  };

  return {
    add,
    revoke,
    account(id: string): TestAccount {
      const account = accounts.get(id);
      if (!account) throw new Error(`there is no user ${id}: add one with addUser`);
      return account;
    },
    /** Whose address it is; one that is nobody's yet makes a user. */
    ofAddress(email: string): string {
      const known = [...users.values()].find(({ user }) => user.email === email);
      return (known ?? add(email.replace(/@.*/, ""), { email })).user.id;
    },
    /** Whose passkey it is. */
    ofPasskey: (id: string) => [...accounts].find(([, { passkeys }]) => passkeys.some((passkey) => passkey.id === id))?.[0],
    /** The session that a cookie names. */
    session: (cookie = "") => sessions.get(/session=([^;]*)/.exec(cookie)?.[1] ?? ""),
    /** Signs in by the token of a link. */
    useToken(token: string): TestAnswer {
      const session = sessions.get(token);
      if (!session) throw new ProblemError(400, { code: "invalid_token", message: "ask for a new link" });
      return entered(token, session);
    },
    /** Signs a user in who has proved who they are. */
    enter(id: string): TestAnswer {
      const session = users.get(id)!;
      sessions.set(`token-${id}`, session);
      return entered(`token-${id}`, session);
    },
    erase(id: string) {
      revoke(id);
      users.delete(id);
      accounts.delete(id);
    },
  };
}

export type Users = ReturnType<typeof createUsers>;

function entered(token: string, session: Session): TestAnswer {
  return { headers: { "Set-Cookie": `session=${token}` }, body: { session_token: token, ...session } };
}

/** What belongs to a user who is signed in with one browser. */
function newAccount(): TestAccount {
  const at = "2026-01-01T00:00:00Z";
  const device = { id: "device", name: "Firefox on Linux", trust: "new", sessions: 1, current: true } as const;
  const session = { id: "session", device: device.name, device_id: device.id, place: "", level: 1, current: true };
  return {
    sessions: [{ ...session, created_at: at, last_seen_at: at, expires_at: "2030-01-01T00:00:00Z" }],
    devices: [{ ...device, first_seen_at: at, last_seen_at: at }],
    passkeys: [],
    identities: [],
  };
}
