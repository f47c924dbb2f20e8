import { useMemo, useSyncExternalStore } from "react";
import { toProblem, type ProblemError } from "../problem.js";
import type { Client } from "../types.js";
import { createValue } from "../value.js";
import { useClient } from "./provider.js";
import { useLatest } from "./subscription.js";

interface CommandState<V, T> {
  status: "idle" | "pending" | "error" | "success";
  data?: T;
  error?: ProblemError;
  /** What the last run was given. */
  variables?: V;
}

export interface Command<V, T> extends CommandState<V, T> {
  /** Resolves with undefined when it failed: `error` tells why. Never rejects. */
  run(variables: V): Promise<T | undefined>;
  /** Forgets the last run. One in flight goes on unseen. */
  reset(): void;
}

/** Something the user does. `run` and `reset` keep their identity; with several runs the last one's state is shown. */
export function useCommand<V = void, T = unknown>(run: (client: Client, variables: V) => Promise<T>): Command<V, T> {
  const client = useClient();
  const latest = useLatest(run);
  const store = useMemo(
    () => createCommandStore<V, T>((variables) => latest.current(client, variables)),
    [client, latest],
  );
  const state = useSyncExternalStore(store.subscribe, store.get, store.get);
  return { ...state, run: store.run, reset: store.reset };
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
