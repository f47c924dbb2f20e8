import { createClient, ProblemError } from "@composable-go/client";

interface Api {
  commands: { order: { PlaceOrder: { quantity: number } } };
  queries: { availability: { params: { event_id: string }; result: { available: number } } };
  topics: { event: { SeatsHeld: { seats: string[] } } };
  errors: "insufficient_inventory";
}

export const client = createClient<Api>({ url: "/api" });

export async function order() {
  try {
    const receipt = await client.send("order", "42", { PlaceOrder: { quantity: 2 } });
    const order = await client.get<{ status: string }>("/orders/42"); // reflects the receipt
    return [receipt.position, order.status];
  } catch (error) {
    if (error instanceof ProblemError && error.code === "insufficient_inventory") return error.fields;
    throw error;
  }
}

export const stopEvents = client.subscribe(["event:7"], ({ seq, action }) => console.log(seq, action), {
  onResync: (topic, seq) => console.log(`load a snapshot of ${topic}, events after ${seq} follow`),
});

export const stopQuery = client.watch("availability", { event_id: "7" }, ({ data, error }) =>
  console.log(data?.available ?? error?.message),
);
