import { ProblemError } from "@composable-go/client";
import { client } from "./client.js";

export async function hold(event: string, seat: string): Promise<string> {
  try {
    await client.send("event", event, { Hold: { seat } });
    const { mine } = await client.query("seats", { event }); // reflects the command
    return `yours: ${mine.join(", ")}`;
  } catch (error) {
    if (error instanceof ProblemError && error.code === "seat_taken") return "somebody was faster";
    throw error;
  }
}
