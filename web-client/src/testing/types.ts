import type { ActionOf, ApiShape, ParamsOf, QueryName, RegisteredApi, ResultOf, StoreName } from "../api.js";
import type { Action } from "../action.js";
import type { Device } from "../auth/devices.js";
import type { Identity } from "../auth/identities.js";
import type { Passkey } from "../auth/passkeys.js";
import type { SessionItem } from "../auth/sessions.js";
import type { Provider } from "../auth/sign-in.js";
import type { Confirmation } from "../auth/step-up.js";
import type { Session } from "../types.js";

/** What a page has of a browser; cookies belong to it. Hand both to `createClient`. */
export interface TestBrowser {
  fetch: typeof fetch;
  WebSocket: typeof WebSocket;
}

export interface TestRequest {
  /** Method and path, such as "GET /api/orders/42?after=7". */
  route: string;
  /** By lower-case name. */
  headers: Record<string, string>;
  body: unknown;
  /** Id of the signed-in user. */
  user: string | null;
}

export interface TestAnswer {
  /** Default: 200. */
  status?: number;
  headers?: Record<string, string>;
  body?: unknown;
}

export interface TestCommand<C = Action> {
  id: string;
  store: string;
  key: string;
  action: C;
  user: string | null;
}

/** What belongs to a user: change it as you like, and the server answers that. */
export interface TestAccount {
  sessions: SessionItem[];
  devices: Device[];
  passkeys: Passkey[];
  identities: Identity[];
}

/**
 * The network: `ok`; `down`, where nothing gets through and sockets are lost; `no sockets`, where only HTTP gets
 * through; `silent`, where sockets stay open and carry nothing.
 */
export type TestNetwork = "ok" | "down" | "no sockets" | "silent";

/**
 * A backend in memory that keeps the protocol, for tests of what uses a client. It needs neither Node nor a port, and
 * no time: everything it does is done after a few turns of the microtask queue. A handler refuses by throwing
 * `ProblemError`; of it a client learns all but the status, which is that of the code, as over a real socket.
 */
export interface TestServer<A extends ApiShape = RegisteredApi> extends TestBrowser {
  /** Runs a new command once, before its ack. A store without a handler takes every command. */
  commands: { [S in StoreName<A>]?: (command: TestCommand<ActionOf<A, S>>) => unknown };
  /** Answers a query; live ones again after each command and event. Without a handler it is `not_found`. */
  queries: { [N in QueryName<A>]?: (params: ParamsOf<A, N>, user: string | null) => ResultOf<A, N> };
  /** Answers a request by its route; "hang up" ends it without an answer. All but the auth routes are 404 by default. */
  routes: Record<string, (request: TestRequest) => TestAnswer | "hang up">;
  /** Whether a topic may be followed. Default: all. */
  grant: (topic: string, user: string | null) => boolean;
  /** Whether commands are answered. One that was applied in vain is answered when it is sent again. */
  acks: boolean;

  /** Publishes an event and answers its position. */
  publish(topic: string, action: Action): number;
  /** Forgets the events up to a position: who resumes before it is told to load a snapshot. */
  trim(position: number): void;
  /** The position of the last event or command. */
  position(): number;

  /**
   * Makes a user whom the magic link's token "token-ID" signs in; so does the code "123456" after a link was sent to
   * ID@example.com, and a passkey once the user has one.
   */
  addUser(id: string): Session;
  /** What belongs to a user: at first one session, which is the current one, and its device. */
  account(id: string): TestAccount;
  /** The providers to sign in with: at first none. */
  readonly providers: Provider[];
  /** What users have confirmed with a passkey, in order; it is up to a handler to ask for it and to look here. */
  readonly confirmed: (Confirmation & { user: string })[];
  /** Signs the server's own browser in. */
  signIn(id: string): Session;
  /** Ends all sessions of a user; their sockets are closed with 4401. */
  revoke(id: string): void;
  /** Another browser, with cookies of its own. */
  browser(): TestBrowser;

  setNetwork(network: TestNetwork): void;
  /** Closes all sockets with a close code of the protocol; 1006 is a line that was cut. */
  close(code: number, reason?: string): void;
  /** Sends a frame to all sockets. */
  broadcast(frame: Record<string, unknown>): void;

  /** Every frame received, in order; over HTTP too. */
  readonly frames: Record<string, unknown>[];
  /** Every request received, in order. */
  readonly requests: TestRequest[];
  /** The commands applied, in order, each once. */
  readonly applied: TestCommand[];
  /** How many sockets were ever accepted. */
  accepted(): number;
  /** The users of the sockets open now. */
  users(): (string | null)[];
}
