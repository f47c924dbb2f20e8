import type { Confirmation } from "../auth/step-up.js";
import type { Passkey } from "../auth/passkeys.js";
import { ProblemError } from "../problem.js";
import { find, take, userOf, type Route } from "./account.js";
import { fromBase64url, toBase64url } from "./base64url.js";
import type { TestAnswer, TestRequest } from "./types.js";
import type { Users } from "./users.js";

interface Credential {
  id: string;
  response: { clientDataJSON: string; transports?: string[] };
}

/** The routes of passkeys, and of what they confirm. They check everything but signatures. */
export function passkeyRoutes(users: Users, confirmed: (Confirmation & { user: string })[]): Record<string, Route> {
  const ceremonies = createCeremonies();
  const idsOf = (user: string) => users.account(user).passkeys.map(({ id }) => id);
  const known = (user: string) => idsOf(user).map((id) => ({ type: "public-key", id }));
  const ownerOf = ({ id }: Credential) => {
    const owner = users.ofPasskey(id);
    if (!owner) throw new ProblemError(400, { code: "unknown_passkey", message: "this passkey is not known here" });
    return owner;
  };
  const signal = (user: string) => ({ rp_id: "test", user_handle: toBase64url(user), credential_ids: idsOf(user) });

  return {
    "POST /auth/passkey/login/begin": (request) => ceremonies.begin("login", request, {}),
    "POST /auth/passkey/login/complete"(request) {
      const { credential, about } = ceremonies.complete("login", request);
      const owner = ownerOf(credential);
      if (about.email && users.ofAddress(String(about.email)) !== owner) throw new ProblemError(400, { code: "other_account" });
      return users.enter(owner);
    },

    "POST /auth/passkey/sign-up/begin": (request) => {
      const { email } = request.body as { email: string };
      return ceremonies.begin("sign-up", request, creation(email, email.replace(/@.*/, "")));
    },
    "POST /auth/passkey/sign-up/complete"(request) {
      const { credential, about } = ceremonies.complete("sign-up", request);
      const owner = users.ofAddress(String(about.email));
      users.account(owner).passkeys.push(made(credential));
      return users.enter(owner);
    },

    "POST /auth/passkey/register/begin": (request) => {
      const user = userOf(request);
      return ceremonies.begin("register", request, { ...creation(user, user), excludeCredentials: known(user) });
    },
    "POST /auth/passkey/register/complete"(request) {
      const { credential, name } = ceremonies.complete("register", request);
      const passkey = made(credential, name);
      users.account(userOf(request)).passkeys.push(passkey);
      return { status: 201, body: passkey };
    },

    "POST /auth/step-up/begin"(request) {
      const allowCredentials = known(userOf(request));
      if (allowCredentials.length === 0) throw new ProblemError(409, { code: "no_passkey", message: "add a passkey first" });
      return ceremonies.begin("step-up", request, { allowCredentials });
    },
    "POST /auth/step-up/complete"(request) {
      const { about } = ceremonies.complete("step-up", request);
      confirmed.push({ ...(about as unknown as Confirmation), user: userOf(request) });
      return { body: users.session(request.headers.cookie) };
    },

    "GET /auth/passkeys": (request) => {
      const user = userOf(request);
      return { body: { items: users.account(user).passkeys, signal: signal(user) } };
    },
    "PATCH /auth/passkeys/:id"(request, id) {
      Object.assign(find(users.account(userOf(request)).passkeys, { id }), request.body);
      return { status: 204 };
    },
    "DELETE /auth/passkeys/:id"(request, id) {
      const user = userOf(request);
      take(users.account(user).passkeys, { id });
      return { body: { signal: signal(user) } };
    },
  };
}

/** Keeps challenges apart: each is answered once, for what and by whom it was asked. */
function createCeremonies() {
  const open = new Map<string, { purpose: string; user: string | null; about: Record<string, unknown> }>();
  let asked = 0;
  return {
    begin(purpose: string, { body, user }: TestRequest, options: object): TestAnswer {
      const challenge = toBase64url(`challenge ${++asked}`);
      open.set(challenge, { purpose, user, about: body as Record<string, unknown> });
      return { body: { publicKey: { challenge, rpId: "test", timeout: 300_000, ...options } } };
    },
    /** What was shown, and what the ceremony was begun with. */
    complete(purpose: string, { body, user }: TestRequest) {
      const shown = body as { credential: Credential; name?: string };
      const { challenge } = JSON.parse(fromBase64url(shown.credential.response.clientDataJSON)) as { challenge: string };
      const begun = open.get(challenge);
      open.delete(challenge);
      if (begun?.purpose !== purpose || begun.user !== user) throw new ProblemError(400, { code: "invalid_ceremony" });
      return { ...shown, about: begun.about };
    },
  };
}

function creation(name: string, user: string) {
  return {
    rp: { id: "test", name: "Test" },
    user: { id: toBase64url(user), name, displayName: name },
    pubKeyCredParams: [-7, -257].map((alg) => ({ type: "public-key", alg })),
    authenticatorSelection: { residentKey: "required", requireResidentKey: true },
  };
}

function made({ id, response }: Credential, name = "Firefox on Linux"): Passkey {
  const aaguid = "00000000-0000-0000-0000-000000000000";
  const { transports = [] } = response;
  return { id, name, aaguid, transports, synced: true, created_at: "2026-01-01T00:00:00Z", last_used_at: null };
}
