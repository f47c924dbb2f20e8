import { ProblemError } from "../../problem.js";
import { useCommand, type Command } from "../../react/command.js";
import { createFetchStore, useFetchStore, type FetchState, type FetchStore } from "../../react/fetch.js";
import { useAnyClient } from "../../react/provider.js";
import type { ReadInit } from "../../types.js";
import type { AuthClient } from "../ask.js";

type Load<T> = (client: AuthClient, init: ReadInit) => Promise<T>;

/** By what loads them, so that all components that show the same share it, and a change in one shows in all. */
const storesOfClients = new WeakMap<AuthClient, Map<unknown, FetchStore<unknown>>>();

/** What `load` resolves with for the signed-in user, while mounted. */
export function useList<T>(load: Load<T>): FetchState<T> {
  return useFetchStore(storeOf(useAnyClient(), load));
}

/** What the user does to the list that `load` loads: `run` resolves when the list shows it. */
export function useChange<T, V, R>(load: Load<T>, change: (client: AuthClient, variables: V) => Promise<R>): Command<V, R> {
  return useCommand<V, R>(async (client, variables) => {
    const result = await change(client, variables);
    const store = storeOf(client, load);
    store.refetch();
    await store.loaded();
    return result;
  });
}

function storeOf<T>(client: AuthClient, load: Load<T>): FetchStore<T> {
  const stores = storesOfClients.get(client) ?? new Map<unknown, FetchStore<unknown>>();
  storesOfClients.set(client, stores);
  const store = stores.get(load) ?? createStore(client, load);
  stores.set(load, store);
  return store as FetchStore<T>;
}

function createStore<T>(client: AuthClient, load: Load<T>): FetchStore<T> {
  const { session } = client;
  const user = () => session.get() && session.get()?.user.id;

  const store = createFetchStore<T>(
    (signal) => load(client, { signal }).catch(refused),
    ({ refetch, forget }) => {
      let owner = user();
      const end = session.subscribe(() => {
        const before = owner;
        owner = user();
        if (before === undefined || before === owner) return;
        forget(); // it was somebody else's
        refetch();
      });
      return () => {
        end();
        forget();
      };
    },
  );

  /** Notices by a refused list that the session has ended. */
  const refused = (thrown: unknown): never => {
    if (thrown instanceof ProblemError && thrown.status === 401) session.refresh().catch(() => {});
    throw thrown;
  };

  const subscribe = (listener: () => void) => {
    const leave = store.subscribe(listener);
    return () => queueMicrotask(leave); // whoever mounts in the same turn, as in StrictMode, takes it over
  };
  return { ...store, subscribe };
}
