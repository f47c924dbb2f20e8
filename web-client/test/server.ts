import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { WebSocketServer, type WebSocket } from "ws";
import type { Frame } from "../src/connection.js";
import type { Session } from "../src/index.js";

export interface Answer {
  status?: number;
  headers?: Record<string, string>;
  body?: unknown;
}
export interface HttpRequest {
  route: string;
  headers: IncomingMessage["headers"];
  body: unknown;
}
interface Socket {
  ws: WebSocket;
  actor: string;
  topics: Set<string>;
  queries: Map<string, Frame>;
}

/** A backend that keeps the HTTP and WebSocket contracts, with its whole state in plain sight. */
export class TestServer {
  /** Every frame received, in order. */
  frames: Frame[] = [];
  /** Every HTTP request received, in order. */
  requests: HttpRequest[] = [];
  /** Answers of routes such as "GET /api/events"; anything else is 404. */
  routes: Record<string, (request: HttpRequest) => Answer | "hang up"> = {};
  log: { topic: string; seq: number; action: Record<string, unknown> }[] = [];
  /** The log holds nothing up to this position. */
  trimmed = 0;
  forbidden = new Set<string>();
  /** How many more subscriptions are refused as overloaded. */
  overloaded = 0;
  sessions = new Map<string, Session>();
  /** Commands applied, by actor and id. */
  applied = new Map<string, Frame>();
  queries: Record<string, (params: unknown, actor: string) => Frame> = {};
  sockets = new Set<Socket>();
  accepted = 0;
  /** Called with each command after it was applied and before its ack; true keeps the ack back. */
  beforeAck: (frame: Frame, ws: WebSocket) => boolean = () => false;
  /** A server that hears nothing and says nothing. */
  frozen = false;
  rejectUpgrades = false;

  readonly #http = createServer((request, response) => void this.#serve(request, response));
  readonly #wss = new WebSocketServer({ noServer: true });

  static async start(): Promise<TestServer> {
    const server = new TestServer();
    server.#http.on("upgrade", (request, socket, head) => {
      socket.on("error", () => {}); // a client that does not wait for the refusal
      if (server.rejectUpgrades) return socket.end("HTTP/1.1 401 Unauthorized\r\n\r\n");
      server.#wss.handleUpgrade(request, socket, head, (ws) => server.#accept(ws, request));
    });
    await new Promise<void>((resolve) => server.#http.listen(0, "127.0.0.1", resolve));
    return server;
  }

  async stop(): Promise<void> {
    for (const { ws } of this.sockets) ws.terminate();
    this.#http.closeAllConnections();
    await new Promise((resolve) => this.#http.close(resolve));
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.#http.address() as AddressInfo).port}`;
  }
  get head(): number {
    return this.log.at(-1)?.seq ?? this.trimmed;
  }

  /** Appends an event and sends it to whoever subscribed; answers its position. */
  publish(topic: string, action: Record<string, unknown> = { Happened: {} }): number {
    const seq = this.head + 1;
    const event = { topic, seq, action };
    this.log.push(event);
    for (const socket of this.sockets) {
      if (socket.topics.has(topic)) this.#sendEvent(socket, event);
      for (const query of socket.queries.values()) this.#answer(socket, query);
    }
    return seq;
  }

  trim(seq: number): void {
    this.trimmed = seq;
    this.log = this.log.filter((event) => event.seq > seq);
  }

  closeAll(code: number, reason = ""): void {
    for (const { ws } of this.sockets) ws.close(code, reason);
  }
  terminateAll(): void {
    for (const { ws } of this.sockets) ws.terminate();
  }
  broadcast(frame: Frame): void {
    for (const socket of this.sockets) this.#send(socket, frame);
  }
  framesOf(type: string): Frame[] {
    return this.frames.filter((frame) => frame.type === type);
  }
  requestsOf(route: string): HttpRequest[] {
    return this.requests.filter((request) => request.route === route);
  }

  signIn(id: string, token = `token-${id}`): Session {
    const user = { id, email: `${id}@example.com`, name: id, roles: [] };
    const session = { expires_at: "2030-01-01T00:00:00Z", user };
    this.sessions.set(token, session);
    return session;
  }

  #accept(ws: WebSocket, request: IncomingMessage) {
    const session = this.sessions.get(tokenOf(request));
    const socket: Socket = { ws, actor: session?.user.id ?? "visitor", topics: new Set(), queries: new Map() };
    this.accepted++;
    this.sockets.add(socket);
    ws.on("close", () => this.sockets.delete(socket));
    ws.on("message", (data) => {
      if (this.frozen) return;
      const frame = JSON.parse(String(data)) as Frame;
      this.frames.push(frame);
      this.#receive(socket, frame);
    });
  }

  #receive(socket: Socket, frame: Frame) {
    if (frame.type === "ping") this.#send(socket, { type: "pong" });
    if (frame.type === "subscribe") this.#subscribe(socket, frame);
    if (frame.type === "unsubscribe") (frame.topics as string[]).forEach((topic) => socket.topics.delete(topic));
    if (frame.type === "query") this.#query(socket, frame);
    if (frame.type === "unquery") socket.queries.delete(String(frame.id));
    if (frame.type === "command") this.#command(socket, frame);
  }

  #subscribe(socket: Socket, { id, topics, after }: Frame) {
    for (const topic of topics as string[]) {
      if (this.overloaded > 0) {
        this.overloaded--;
        this.#send(socket, { type: "error", id, code: "overloaded", message: "busy", topic });
      } else if (this.forbidden.has(topic)) {
        this.#send(socket, { type: "error", id, code: "forbidden", message: `not yours: ${topic}`, topic });
      } else if (typeof after === "number" && (after < this.trimmed || after > this.head)) {
        this.#send(socket, { type: "resync", topics: [topic], seq: this.head });
      } else {
        socket.topics.add(topic);
        this.#send(socket, { type: "subscribed", id, topics: [topic], seq: this.head });
        const missed = this.log.filter((event) => event.topic === topic && event.seq > Number(after ?? Infinity));
        for (const event of missed) this.#sendEvent(socket, event);
      }
    }
  }

  #query(socket: Socket, frame: Frame) {
    if (frame.live) socket.queries.set(String(frame.id), frame);
    this.#answer(socket, frame);
  }

  #answer(socket: Socket, frame: Frame) {
    this.#send(socket, this.#result(frame, socket.actor));
  }

  #result({ id, name, params }: Frame, actor: string): Frame {
    const found = this.queries[String(name)]?.(params, actor) ?? { code: "not_found", message: "no such query" };
    if ("code" in found) return { type: "error", id, ...found };
    return { type: "result", id, position: this.head, ...found };
  }

  #command(socket: Socket, frame: Frame) {
    const answer = this.#apply(frame, socket.actor);
    if (answer.type === "error" || !this.beforeAck(frame, socket.ws)) this.#send(socket, answer);
  }

  #apply({ id, store, key, action }: Frame, actor: string): Frame {
    const name = `${actor} ${String(id)}`;
    const before = this.applied.get(name);
    const refusal = (action as Record<string, Frame>).Refuse;
    if (refusal) return { type: "error", id, ...refusal };
    const ack = before ?? { type: "ack", id, store, key, version: 1, position: this.publish(`${store}:${key}`) };
    this.applied.set(name, ack);
    return ack;
  }

  #sendEvent(socket: Socket, event: TestServer["log"][number]) {
    this.#send(socket, { type: "event", ...event, meta: { at: "2026-01-01T00:00:00Z", correlation_id: "c" } });
  }

  #send({ ws }: Socket, frame: Frame) {
    if (!this.frozen) ws.send(JSON.stringify(frame));
  }

  async #serve(request: IncomingMessage, response: ServerResponse) {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString();
    const route = `${request.method} ${request.url}`;
    const received = { route, headers: request.headers, body: text ? JSON.parse(text) : undefined };
    this.requests.push(received);
    const actor = this.sessions.get(tokenOf(request))?.user.id ?? "visitor";
    const answer =
      this.routes[route]?.(received) ?? this.#frame(received, actor) ?? this.#auth(received, tokenOf(request));
    if (answer === "hang up") return request.socket.destroy();
    const { status = 200, headers = {}, body } = answer;
    const type = status < 400 ? "application/json" : "application/problem+json";
    response.writeHead(status, { "Content-Type": type, "Access-Control-Allow-Origin": "*", ...headers });
    response.end(body === undefined ? undefined : JSON.stringify(body));
  }

  /** One command or query by HTTP, for those whose network lets no socket through. */
  #frame({ route, body }: HttpRequest, actor: string): Answer | undefined {
    if (route !== "POST /api/ws") return undefined;
    const frame = body as Frame;
    const answer = frame.type === "query" ? this.#result(frame, actor) : this.#apply(frame, actor);
    return { status: answer.type === "error" ? 400 : 200, body: answer };
  }

  #auth({ route, body }: HttpRequest, token: string): Answer {
    const session = this.sessions.get(token);
    if (route === "GET /auth/session") return session ? { body: session } : unauthenticated;
    if (route === "POST /auth/magic-link/send") return { status: 202 };
    if (route === "POST /auth/magic-link/verify") {
      const next = (body as { token: string }).token;
      const found = this.sessions.get(next);
      if (!found) return unauthenticated;
      return { headers: { "Set-Cookie": `session=${next}` }, body: { session_token: next, ...found } };
    }
    if (route === "POST /auth/logout") {
      this.sessions.delete(token);
      for (const { ws, actor } of this.sockets) if (actor === session?.user.id) ws.close(4401);
      return { status: 204, headers: { "Set-Cookie": "session=" } };
    }
    return { status: 404, body: { status: 404, code: "not_found", message: "no such route" } };
  }
}

const unauthenticated = { status: 401, body: { status: 401, code: "unauthenticated", message: "sign in" } };

function tokenOf(request: IncomingMessage): string {
  return /session=([^;]*)/.exec(request.headers.cookie ?? "")?.[1] ?? "";
}
