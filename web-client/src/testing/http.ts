import type { Provider } from "../auth/sign-in.js";
import type { Frame } from "../connection.js";
import { problemOfFrame, ProblemError } from "../problem.js";
import { accountRoutes, mailRoutes, type Route } from "./account.js";
import type { Backend } from "./backend.js";
import { passkeyRoutes } from "./ceremonies.js";
import type { TestAnswer, TestRequest, TestServer } from "./types.js";
import { createUsers } from "./users.js";

/** The routes of the backend: what was told to answer, frames by POST, and those of signing in. */
export function createRoutes(backend: Backend, routes: TestServer["routes"]) {
  const users = createUsers(backend);
  const requests: TestRequest[] = [];
  const providers: Provider[] = [];
  const confirmed: TestServer["confirmed"] = [];
  const auth: Record<string, Route> = {
    ...mailRoutes(users),
    ...accountRoutes(users, providers),
    ...passkeyRoutes(users, confirmed),
  };

  const frame = ({ body, user }: TestRequest): TestAnswer | undefined => {
    const answer = backend.answer((body ?? {}) as Frame, user);
    if (answer?.type !== "error") return answer && { body: answer };
    return { status: problemOfFrame(answer).status, body: answer };
  };

  const answer = (request: TestRequest): TestAnswer | "hang up" => {
    const { route } = request;
    const own = routes[route] ?? auth[route];
    if (own) return own(request, "");
    const [, name = "", id = "", rest = ""] = /^(\w+ \/auth\/\w+\/)([^/]+)(.*)$/.exec(route) ?? [];
    const named = auth[`${name}:id${rest}`];
    if (named) return named(request, decodeURIComponent(id));
    return frame(request) ?? problem(404, { code: "not_found", message: `no route ${route}` });
  };

  return {
    requests,
    providers,
    confirmed,
    revoke: users.revoke,
    addUser: (id: string) => users.add(id),
    account: users.account,
    /** The user a cookie names. */
    userOf: (cookie: string) => users.session(cookie)?.user.id ?? null,
    serve(route: string, headers: Record<string, string>, text: string): TestAnswer | "hang up" {
      const body: unknown = text ? JSON.parse(text) : undefined;
      const request = { route, headers, body, user: users.session(headers.cookie)?.user.id ?? null };
      requests.push(request);
      try {
        return answer(request);
      } catch (thrown) {
        if (thrown instanceof ProblemError) return problem(thrown.status, thrown.details);
        throw thrown;
      }
    },
  };
}

export type Routes = ReturnType<typeof createRoutes>;

function problem(status: number, details: Record<string, unknown>): TestAnswer {
  return { status, body: { status, ...details } };
}

/** An answer as what `fetch` resolves with. */
export function toResponse({ status = 200, headers, body }: TestAnswer): Response {
  const type = status < 400 ? "application/json" : "application/problem+json";
  const text = body === undefined ? null : JSON.stringify(body);
  return new Response(text, { status, headers: { "Content-Type": type, ...headers } });
}
