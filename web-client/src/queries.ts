import type { Frame } from "./connection.js";
import type { Position } from "./position.js";
import { isTransient, problemOfFrame, type ProblemError } from "./problem.js";
import type { AskParts } from "./topics.js";
import type { QueryResult } from "./types.js";

interface Query {
  /** Id of the query frame in force: answers to earlier ones are stale. */
  id: string;
  name: string;
  params: unknown;
  observer: (result: QueryResult<unknown>) => void;
  /** Told of every answer; otherwise of the one that counts. */
  live: boolean;
  /** Transient refusals in a row. */
  refusals: number;
}

/** How often a query that is asked once is tried again; live ones are for ever. */
const maxRetries = 3;

/** Queries that somebody watches or waits for. */
export interface Queries {
  watch(name: string, params: unknown, observer: Query["observer"]): () => void;
  /** Rejects with ProblemError, or with the signal's reason. */
  once(name: string, params: unknown, signal?: AbortSignal): Promise<unknown>;
  /** Asks for all of them on a new socket. */
  resend(): void;
  /** Asks for all of them again on the same socket. */
  rerun(): void;
  /** Takes a `result` or `error` frame; false when it answers no query. */
  receive(frame: Frame): boolean;
  /** Gives up those asked once. */
  rejectAll(problem: ProblemError): void;
}

export function createQueries({ send, nextId, retry }: AskParts, position: Position): Queries {
  const queries = new Map<string, Query>();

  const ask = (query: Query) => {
    queries.delete(query.id);
    query.id = nextId();
    queries.set(query.id, query);
    const { id, name, params, live } = query;
    send({ type: "query", id, name, params, after: position.get(), live });
  };

  const begin = (name: string, params: unknown, live: boolean, observer: Query["observer"]) => {
    const query = { id: "", name, params, observer, live, refusals: 0 };
    ask(query);
    return () => {
      if (queries.delete(query.id)) send({ type: "unquery", id: query.id });
    };
  };

  return {
    watch: (name, params, observer) => begin(name, params, true, observer),
    once(name, params, signal) {
      return new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason);
        const end = begin(name, params, false, ({ data, error }) => {
          signal?.removeEventListener("abort", abort);
          if (error) reject(error);
          else resolve(data);
        });
        const abort = () => {
          end();
          reject(signal!.reason);
        };
        signal?.addEventListener("abort", abort, { once: true });
      });
    },
    resend: () => [...queries.values()].forEach(ask),
    rerun() {
      [...queries.values()].forEach((query) => {
        send({ type: "unquery", id: query.id });
        ask(query);
      });
    },
    receive(frame) {
      const id = String(frame.id);
      const query = queries.get(id);
      if (!query) return false;
      if (frame.type === "result") {
        query.refusals = 0;
        if (!query.live) queries.delete(id);
        query.observer({ data: frame.data, position: Number(frame.position) });
        return true;
      }
      const error = problemOfFrame(frame);
      const again = isTransient(error) && (query.live || query.refusals < maxRetries);
      if (query.live || !again) query.observer({ error });
      if (again) retry(error, query.refusals++, () => queries.has(id) && ask(query));
      else if (!query.live) queries.delete(id);
      return true;
    },
    rejectAll(error) {
      for (const [id, query] of queries) {
        if (query.live) continue;
        queries.delete(id);
        query.observer({ error });
      }
    },
  };
}
