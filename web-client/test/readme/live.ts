import { variant } from "@composable-go/client";
import { client } from "./client.js";

export function follow(event: string, say: (text: string) => void) {
  const endQuery = client.watch("seats", { event }, ({ data, error }) => {
    say(data ? `${data.free.length} free` : String(error));
  });
  const endTopic = client.subscribe([`event:${event}`], ({ seq, action }) => {
    const fact = variant(action);
    switch (fact.name) {
      case "SeatHeld":
        return say(`${seq}: ${fact.value.seat} is held`);
      case "SeatReleased":
        return say(`${seq}: ${fact.value.seat} is free again`);
    }
  });
  return () => [endQuery, endTopic].forEach((end) => end());
}
