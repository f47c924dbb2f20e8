import type { Frame } from "./connection.js";
import type { Position } from "./position.js";
import { isTransient, problemOfFrame } from "./problem.js";
import type { AskParts } from "./topics.js";
import type { QueryResult } from "./types.js";

interface Query {
  /** Id of the query frame in force: answers to earlier ones are stale. */
  id: string;
  name: string;
  params: unknown;
  observer: (result: QueryResult<unknown>) => void;
  /** Transient refusals in a row. */
  refusals: number;
}

/** Live queries somebody watches. */
export interface Queries {
  watch(name: string, params: unknown, observer: Query["observer"]): () => void;
  /** Asks for all of them on a new socket. */
  resend(): void;
  /** Asks for all of them again on the same socket. */
  rerun(): void;
  /** Takes a `result` or `error` frame; false when it answers no query. */
  receive(frame: Frame): boolean;
}

export function createQueries({ send, nextId, retry }: AskParts, position: Position): Queries {
  const queries = new Map<string, Query>();

  const ask = (query: Query) => {
    queries.delete(query.id);
    query.id = nextId();
    queries.set(query.id, query);
    const { id, name, params } = query;
    send({ type: "query", id, name, params, after: position.get(), live: true });
  };

  const end = ({ id }: Query) => {
    if (queries.delete(id)) send({ type: "unquery", id });
  };

  return {
    watch(name, params, observer) {
      const query = { id: "", name, params, observer, refusals: 0 };
      ask(query);
      return () => end(query);
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
        query.observer({ data: frame.data, position: Number(frame.position) });
        return true;
      }
      const error = problemOfFrame(frame);
      query.observer({ error });
      if (isTransient(error)) retry(error, query.refusals++, () => queries.has(id) && ask(query));
      return true;
    },
  };
}
