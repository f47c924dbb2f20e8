import { ProblemError } from "../problem.js";
import type { Provider } from "../auth/sign-in.js";
import type { TestAnswer, TestRequest } from "./types.js";
import type { Users } from "./users.js";

/** Answers a request; `id` is what stands for ":id" in its route. */
export type Route = (request: TestRequest, id: string) => TestAnswer;

const done: TestAnswer = { status: 204 };

/** The code that a link shows, whoever asked for it. */
const code = "123456";

/** The routes of signing in by mail. */
export function mailRoutes(users: Users): Record<string, Route> {
  /** The address that the last link was sent to. */
  let waiting = "";
  return {
    "POST /auth/magic-link/send"({ body }) {
      waiting = (body as { email: string }).email;
      return { status: 202, body: { expires_in: 900 } };
    },
    "POST /auth/magic-link/verify": ({ body }) => users.useToken((body as { token: string }).token),
    "POST /auth/magic-link/code"({ body }) {
      if (!waiting) throw new ProblemError(400, { code: "invalid_token", message: "ask for a new link" });
      if ((body as { code: string }).code !== code) throw new ProblemError(400, { code: "wrong_code", tries_left: 4 });
      return users.enter(users.ofAddress(waiting));
    },
  };
}

/** The routes of a session, and of what belongs to its user. */
export function accountRoutes(users: Users, providers: Provider[]): Record<string, Route> {
  const own = (request: TestRequest) => users.account(userOf(request));
  const session = (request: TestRequest) => {
    userOf(request);
    return users.session(request.headers.cookie)!;
  };
  const end = (user: string | null): TestAnswer => {
    users.revoke(user);
    return { ...done, headers: { "Set-Cookie": "session=" } };
  };

  return {
    "GET /auth/session": ({ headers }) => ({ body: users.session(headers.cookie) ?? null }),
    "POST /auth/session/refresh": (request) => ({ body: session(request) }),
    "POST /auth/logout": ({ user }) => end(user),
    "GET /auth/providers": () => ({ body: { items: providers } }),

    "GET /auth/sessions": (request) => ({ body: { items: own(request).sessions } }),
    "DELETE /auth/sessions"(request) {
      own(request).sessions = own(request).sessions.filter(({ current }) => current);
      return done;
    },
    "DELETE /auth/sessions/:id": (request, id) => (take(own(request).sessions, { id }).current ? end(request.user) : done),

    "GET /auth/devices": (request) => ({ body: { items: own(request).devices } }),
    "POST /auth/devices/:id/trust"(request, id) {
      find(own(request).devices, { id }).trust = "trusted";
      return done;
    },
    "DELETE /auth/devices/:id": (request, id) => (take(own(request).devices, { id }).current ? end(request.user) : done),

    "GET /auth/identities": (request) => ({ body: { items: own(request).identities } }),
    "POST /auth/oauth/:id/link": (request, id) => session(request) && { body: { location: `https://${id}.example/` } },
    "DELETE /auth/identities/:id": (request, provider) => take(own(request).identities, { provider }) && done,

    "GET /auth/me": (request) => ({ body: session(request).user }),
    "PATCH /auth/me": (request) => ({ body: Object.assign(session(request).user, request.body) }),
    "POST /auth/me/email": (request) => session(request) && { status: 202 },
    "DELETE /auth/me"(request) {
      const answer = end(userOf(request));
      users.erase(userOf(request));
      return answer;
    },
  };
}

/** Who is signed in; ProblemError `unauthenticated` when nobody is. */
export function userOf({ user }: TestRequest): string {
  if (user === null) throw new ProblemError(401, { code: "unauthenticated", message: "sign in" });
  return user;
}

/** The item that has these members; ProblemError `not_found` without. */
export function find<T extends object>(items: T[], wanted: Partial<T>): T {
  const found = items.find((item) => Object.entries(wanted).every(([name, value]) => item[name as keyof T] === value));
  if (!found) throw new ProblemError(404, { code: "not_found", message: "there is no such thing" });
  return found;
}

/** The same, taken out of the list. */
export function take<T extends object>(items: T[], wanted: Partial<T>): T {
  const found = find(items, wanted);
  items.splice(items.indexOf(found), 1);
  return found;
}
