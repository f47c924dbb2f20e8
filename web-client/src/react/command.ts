import { useMemo, useSyncExternalStore } from "react";
import type { ActionOf, RegisteredApi, StoreName } from "../api.js";
import { toProblem, type ProblemError } from "../problem.js";
import type { Client, Receipt } from "../types.js";
import { createValue } from "../value.js";
import { useLatest } from "./latest.js";
import { useClient } from "./provider.js";

interface CommandState<V, T> {
  status: "idle" | "pending" | "error" | "success";
  data?: T;
  error?: ProblemError;
  /** What the last run was given. */
  variables?: V;
}

export interface Command<V, T> extends CommandState<V, T> {
  /** Resolves with undefined when it failed: `error` tells why. Never rejects. */
  run(...variables: undefined extends V ? [variables?: V] : [variables: V]): Promise<T | undefined>;
  /** Forgets the last run. One in flight goes on unseen. */
  reset(): void;
}

type Execute<V, T> = (client: Client, variables: V) => Promise<T>;

/** What the user does to one stream: `run` sends an action of the store. */
export function useCommand<S extends StoreName<RegisteredApi>>(
  store: S,
  key: string,
): Command<ActionOf<RegisteredApi, S>, Receipt>;
/**
 * Something the user does. `run` and `reset` keep their identity; of several runs the last one's state is shown.
 * Every run is executed: keep the button disabled while `pending` if there must be only one.
 */
export function useCommand<V = void, T = unknown>(execute: Execute<V, T>): Command<V, T>;
export function useCommand<V, T>(first: Execute<V, T> | StoreName<RegisteredApi>, key = ""): Command<V, T> {
  const client = useClient();
  const latest = useLatest<Execute<V, T>>(
    typeof first === "function" ? first : (client, action) => client.send(first, key, action as never) as Promise<T>,
  );
  const store = useMemo(
    () => createCommandStore<V, T>((variables) => latest.current(client, variables)),
    [client, latest],
  );
  const state = useSyncExternalStore(store.subscribe, store.get, store.get);
  return { ...state, run: store.run as Command<V, T>["run"], reset: store.reset };
}

function createCommandStore<V, T>(execute: (variables: V) => Promise<T>) {
  const store = createValue<CommandState<V, T>>({ status: "idle" });
  let runs = 0;
  const run = async (variables: V) => {
    const own = ++runs;
    const show = (state: CommandState<V, T>) => {
      if (own === runs) store.set({ ...state, variables });
    };
    show({ status: "pending" });
    try {
      const data = await execute(variables);
      show({ status: "success", data });
      return data;
    } catch (thrown) {
      show({ status: "error", error: toProblem(thrown) });
      return undefined;
    }
  };
  const reset = () => {
    runs++;
    store.set({ status: "idle" });
  };
  return { ...store, run, reset };
}
