/** An application that has registered its API: compiled by `npm test`, apart from all that has registered none. */
import { createClient, type ErrorCode, ProblemError, type TopicEvent } from "@composable-go/client";

export interface Api {
  commands: { order: { Place: { quantity: number } } };
  queries: { seats: { params: { event: string }; result: { free: number } } };
  topics: { event: { Changed: { at: string } } };
  errors: "sold_out";
}

declare module "@composable-go/client" {
  interface Register {
    api: Api;
  }
}

const client = createClient({ url: "/api" });

export const receipt = client.send("order", "1", { Place: { quantity: 1 } });
export const free: Promise<number> = client.query("seats", { event: "7" }).then(({ free }) => free);
export const end = client.subscribe(["event:7"], (event: TopicEvent<Api["topics"]["event"]>) => event.action.Changed.at);
export const codes: ErrorCode[] = ["sold_out", "network"];
export const isSoldOut = (error: unknown) => error instanceof ProblemError && error.code === "sold_out";

// @ts-expect-error no such store
void client.send("orders", "1", { Place: { quantity: 1 } });
// @ts-expect-error no such query
void client.query("seat", { event: "7" });
// @ts-expect-error nothing is published there
client.subscribe(["events:7"], () => {});
