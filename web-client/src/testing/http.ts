import type { Frame } from "../connection.js";
import type { Session } from "../types.js";
import type { Backend } from "./backend.js";
import type { TestAnswer, TestRequest, TestServer } from "./types.js";

const unauthenticated = problem(401, "unauthenticated", "sign in");

/** The routes of the backend: what was told to answer, frames by POST, and those of signing in. */
export function createRoutes(backend: Backend, routes: TestServer["routes"]) {
  const sessions = new Map<string, Session>();
  const requests: TestRequest[] = [];

  const revoke = (user: string | null) => {
    for (const [token, session] of sessions) if (session.user.id === user) sessions.delete(token);
    for (const line of backend.lines) if (line.user === user) line.close(4401, "the session has ended");
  };

  const auth: TestServer["routes"] = {
    "POST /auth/magic-link/send": () => ({ status: 202 }),
    "POST /auth/magic-link/verify"({ body }) {
      const { token } = body as { token: string };
      const session = sessions.get(token);
      if (!session) return problem(400, "invalid_token", "ask for a new link");
      return { headers: { "Set-Cookie": `session=${token}` }, body: { session_token: token, ...session } };
    },
    "POST /auth/logout"({ user }) {
      if (user !== null) revoke(user);
      return { status: 204, headers: { "Set-Cookie": "session=" } };
    },
  };

  const frame = ({ body, user }: TestRequest): TestAnswer | undefined => {
    const answer = backend.answer((body ?? {}) as Frame, user);
    if (answer?.type !== "error") return answer && { body: answer };
    return { status: Number(answer.status ?? 400), body: answer };
  };

  return {
    requests,
    revoke,
    addUser(id: string): Session {
      const session = { expires_at: "2030-01-01T00:00:00Z", user: { id, email: `${id}@example.com`, name: id, roles: [] } };
      sessions.set(`token-${id}`, session);
      return session;
    },
    /** The user a cookie names. */
    userOf: (cookie: string) => sessions.get(tokenOf(cookie))?.user.id ?? null,
    serve(route: string, headers: Record<string, string>, text: string): TestAnswer | "hang up" {
      const session = sessions.get(tokenOf(headers.cookie ?? ""));
      const body: unknown = text ? JSON.parse(text) : undefined;
      const request = { route, headers, body, user: session?.user.id ?? null };
      requests.push(request);
      const handler = routes[route] ?? auth[route];
      if (handler) return handler(request);
      if (route === "GET /auth/session") return session ? { body: session } : unauthenticated;
      return frame(request) ?? problem(404, "not_found", `no route ${route}`);
    },
  };
}

export type Routes = ReturnType<typeof createRoutes>;

function problem(status: number, code: string, message: string): TestAnswer {
  return { status, body: { status, code, message } };
}

function tokenOf(cookie: string): string {
  return /session=([^;]*)/.exec(cookie)?.[1] ?? "";
}

/** An answer as what `fetch` resolves with. */
export function toResponse({ status = 200, headers, body }: TestAnswer): Response {
  const type = status < 400 ? "application/json" : "application/problem+json";
  const text = body === undefined ? null : JSON.stringify(body);
  return new Response(text, { status, headers: { "Content-Type": type, ...headers } });
}
