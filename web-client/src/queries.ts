import { abortable } from "./abortable.js";
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
/** Milliseconds from one answer of a live query by HTTP to the next question. */
const rhythm = 5_000;

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

export function createQueries(
  { send, nextId, retry }: AskParts,
  position: Position,
  isFallback: () => boolean,
): Queries {
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
    once: (name, params, signal) =>
      abortable(signal, (resolve, reject) =>
        begin(name, params, false, ({ data, error }) => (error ? reject(error) : resolve(data))),
      ),
    resend: () => [...queries.values()].forEach(ask),
    rerun() {
      [...queries.values()].forEach((query) => {
        send({ type: "unquery", id: query.id });
        ask(query);
      });
    },
    receive(frame) {
      const id = frame.id!;
      const query = queries.get(id);
      if (!query) return false;
      const again = () => queries.has(id) && ask(query);
      if (query.live && isFallback()) setTimeout(again, rhythm);
      if (frame.type === "result") {
        query.refusals = 0;
        if (!query.live) queries.delete(id);
        query.observer({ data: frame.data, position: frame.position as number });
        return true;
      }
      const error = problemOfFrame(frame);
      const isRetried = isTransient(error) && (query.live || query.refusals < maxRetries);
      if (query.live || !isRetried) query.observer({ error });
      if (isRetried) retry(error, query.refusals++, again);
      else if (!query.live) queries.delete(id);
      return true;
    },
    rejectAll(error) {
      for (const { live, id, observer } of queries.values()) if (!live && queries.delete(id)) observer({ error });
    },
  };
}
