import { ClientProvider, useCommand, useQuery } from "@composable-go/client/react";
import { client } from "./client.js";

export function App() {
  return (
    <ClientProvider client={client}>
      <SeatPicker event="7" />
    </ClientProvider>
  );
}

export function SeatPicker({ event }: { event: string }) {
  const { data, error, status } = useQuery("seats", { event });
  const command = useCommand("event", event);

  if (status === "pending") return <p>Loading…</p>;
  if (!data) return <p role="alert">{error?.message}</p>;
  return (
    <>
      <p>Yours: {data.mine.join(", ") || "none"}</p>
      {data.free.map((seat) => (
        <button key={seat} disabled={command.status === "pending"} onClick={() => command.run({ Hold: { seat } })}>
          {seat}
        </button>
      ))}
      {command.error?.code === "seat_taken" && <p role="alert">Somebody was faster</p>}
    </>
  );
}
