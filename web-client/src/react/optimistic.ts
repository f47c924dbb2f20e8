import { useMemo, useSyncExternalStore } from "react";
import type { AnyApi, ParamsOf, QueryName, RegisteredApi, ResultOf } from "../api.js";
import type { Client, PendingCommand } from "../types.js";
import { createValue } from "../value.js";
import { keyOf, liveQueriesOf, pending, type LiveQueries, type QueryState } from "./live.js";
import { useAnyClient } from "./provider.js";
import type { QueryOptions } from "./query.js";

/**
 * A live query as it will be when the commands under way are done: they are replayed over the confirmed data by `apply`,
 * in their order. A refused command disappears at once. A committed one stays until the confirmed data reflects its
 * position, so that nothing flickers; where no such data comes within a second, the query is asked again.
 *
 * `apply` is pure and answers the data as it is for commands of others. It should change nothing when the data shows
 * the command already: confirmed data may be ahead of the position it promises.
 */
export function useOptimisticQuery<N extends QueryName<RegisteredApi>>(
  name: N,
  params: ParamsOf<RegisteredApi, N>,
  apply: (data: ResultOf<RegisteredApi, N>, command: PendingCommand) => ResultOf<RegisteredApi, N>,
  { skip }: Pick<QueryOptions, "skip"> = {},
): QueryState<ResultOf<RegisteredApi, N>> {
  const client = useAnyClient();
  const key = skip ? null : keyOf(name, params);
  const store = useMemo(() => createOverlay(client, liveQueriesOf(client), key), [client, key]);
  const { confirmed, commands } = useSyncExternalStore(store.subscribe, store.get, () => nothing);
  return useMemo(() => {
    const state = confirmed as QueryState<ResultOf<RegisteredApi, N>>;
    if (state.status === "pending" || state.data === undefined) return state;
    return { ...state, data: (commands as readonly PendingCommand[]).reduce(apply, state.data) };
  }, [confirmed, commands, apply]);
}

/** Milliseconds a committed command waits for the live query to show it. */
const patience = 1_000;

interface Overlaid {
  confirmed: QueryState<unknown>;
  /** What is replayed over it. */
  commands: readonly PendingCommand<AnyApi>[];
}

const nothing: Overlaid = { confirmed: pending, commands: [] };

interface Laid {
  command: PendingCommand<AnyApi>;
  /** Known once it is committed. */
  position?: number;
}

function createOverlay(client: Client<AnyApi>, queries: LiveQueries, key: string | null) {
  const laid = new Map<string, Laid>();
  let timer: ReturnType<typeof setTimeout> | undefined;

  const store = createValue<Overlaid>({ confirmed: queries.get(key), commands: client.pending.get() }, () => {
    lay();
    const ends = [queries.subscribe(key, show), client.pending.subscribe(lay)];
    return () => {
      clearTimeout(timer);
      laid.clear();
      ends.forEach((end) => end());
    };
  });

  const show = () => {
    const confirmed = queries.get(key);
    // A log that was restored or begun anew: earlier positions mean nothing in it.
    const rewound = (confirmed.position ?? Infinity) < (store.get().confirmed.position ?? 0);
    for (const [id, { position = Infinity }] of laid) {
      if (position <= (confirmed.position ?? -1) || (rewound && position < Infinity)) laid.delete(id);
    }
    store.set({ confirmed, commands: [...laid.values()].map(({ command }) => command) });
  };

  const lay = () => {
    for (const command of client.pending.get()) {
      const known = laid.get(command.id);
      laid.set(command.id, { ...known, command });
      if (!known) void follow(command);
    }
    show();
  };

  const follow = async ({ id, ...sent }: PendingCommand<AnyApi>) => {
    try {
      // Under the id of a command under way nothing is sent: this is its answer.
      const { position } = await client.send(sent.store, sent.key, sent.action, { id });
      committed(id, position);
    } catch {
      laid.delete(id);
    }
    show();
  };

  const committed = (id: string, position: number) => {
    const entry = laid.get(id);
    if (!entry) return;
    entry.position = position;
    clearTimeout(timer);
    timer = setTimeout(() => isBehind() && queries.again(key), patience);
  };
  const isBehind = () => [...laid.values()].some(({ position }) => position !== undefined);

  return store;
}
