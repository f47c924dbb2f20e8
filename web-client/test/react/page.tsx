import { Suspense } from "react";
import {
  useCommand,
  useConnectionState,
  useFetch,
  useOptimisticQuery,
  usePendingCommands,
  useQuery,
  useSession,
  useSubscription,
  useSuspenseQuery,
} from "../../src/react/index.js";

/** Every hook's state. */
export function Page() {
  const { session } = useSession();
  const list = useFetch<number>("/list", { topics: ["a"] });
  const place = useCommand("order", "1");
  useSubscription(["a"], () => {});
  const shown = {
    session,
    connection: useConnectionState(),
    query: useQuery("count", {}).status,
    once: useQuery("count", {}, { live: false }).status,
    optimistic: useOptimisticQuery("count", {}, (data) => data).status,
    list: list.status,
    place: place.status,
    waiting: usePendingCommands().length,
  };
  return (
    <>
      <p>{Object.entries(shown).map(([name, value]) => `${name} ${String(value)}`).join()}</p>
      <Suspense fallback="…">
        <Count />
      </Suspense>
    </>
  );
}

const Count = () => <b>{String(useSuspenseQuery("count", {}).data)}</b>;
