import { createClient } from "@composable-go/client";
import { ClientProvider, useCommand, useFetch, useQuery, useSession } from "@composable-go/client/react";

const client = createClient({ url: "/api" });

export function App() {
  return (
    <ClientProvider client={client}>
      <Tickets event="7" />
    </ClientProvider>
  );
}

function Tickets({ event }: { event: string }) {
  const { session } = useSession();
  const seats = useQuery("availability", { event_id: event }).data as { available: number } | undefined;
  const mine = useFetch<{ id: string }[]>(session ? "/tickets" : null, { topics: [`event:${event}`] });
  const buy = useCommand((client, quantity: number) => client.post("/reservations", { event, quantity }));
  return (
    <>
      <p>
        {seats?.available} left, {mine.data?.length ?? 0} are yours
      </p>
      <button disabled={buy.status === "pending"} onClick={() => buy.run(1)}>
        Buy
      </button>
      {buy.error && <p role="alert">{buy.error.message}</p>}
    </>
  );
}
