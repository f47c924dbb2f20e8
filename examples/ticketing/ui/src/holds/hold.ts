import { type Client, type PendingCommand, ProblemError } from "@composable-go/client";
import type { Initiate, ReservationView } from "../api/api.gen";

/** What somebody asks for: these seats, or as many as that. */
export type Wish = Pick<Initiate, "event_id" | "section" | "seat_ids" | "quantity">;

/** `sending` until the server has the wish, `deciding` until it knows whether the seats are free. */
export type HoldStage = "sending" | "deciding" | "held" | "refused";

/** A wish for seats on its way to a reservation, whose id it has from the start. */
export interface Hold {
  id: string;
  wish: Wish;
  stage: HoldStage;
  /** Why it is refused. */
  error?: ProblemError;
}

export function isUnderWay(hold: Hold | undefined): boolean {
  return hold?.stage === "sending" || hold?.stage === "deciding";
}

/** A new reservation's id: a UUID, also where the page is not secure and crypto has no randomUUID. */
export function newId(): string {
  const [a = 0, b = 0, c = 0, d = 0] = crypto.getRandomValues(new Uint32Array(4));
  const hex = [a, (b & 0xffff0fff) | 0x4000, (c & 0x3fffffff) | 0x80000000, d].map((word) => (word >>> 0).toString(16).padStart(8, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

/** The wish in a command that waits for an answer. */
export function wishOf({ action }: PendingCommand): Wish | undefined {
  if (!("Initiate" in action)) return undefined;
  const { id: _, ...wish } = action.Initiate;
  return wish;
}

/**
 * Sends a wish and says each step of it. The command has the reservation's id: sent again, also after a reload, it is
 * the same one. Never rejects.
 */
export async function follow(client: Client, id: string, wish: Wish, say: (step: Pick<Hold, "stage" | "error">) => void): Promise<void> {
  try {
    await client.send("reservation", id, { Initiate: { id, ...wish } }, { id });
    say({ stage: "deciding" });
    const { refusal } = await decided(client, id);
    say(refusal ? { stage: "refused", error: new ProblemError(409, { ...refusal.details, ...refusal }) } : { stage: "held" });
  } catch (error) {
    say({ stage: "refused", error: error as ProblemError });
  }
}

/** The reservation, once quota and inventory have answered. */
async function decided(client: Client, id: string): Promise<ReservationView> {
  return new Promise((resolve, reject) => {
    const end = client.watch("reservation", { id }, ({ data, error }) => {
      if (data?.status === "Initiated") return;
      if (error && error.status !== 404 && error.status !== 401) return; // the client asks again
      end();
      if (data) resolve(data);
      else reject(error);
    });
  });
}
