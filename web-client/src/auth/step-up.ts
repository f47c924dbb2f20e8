import { ProblemError } from "../problem.js";
import type { Session } from "../types.js";
import type { AuthClient } from "./ask.js";
import { ceremony } from "./ceremony.js";
import type { NoPasskey } from "./outcome.js";

/** What the user confirms: just this, with these arguments. */
export interface Confirmation {
  /** Its name, as the server calls it: "payment.Refund". */
  action: string;
  /** The very arguments; of a command its fields. */
  arguments?: unknown;
}

/**
 * Has the user confirm an action with a passkey, once and for a short while; the session stays the same. Rejects with
 * ProblemError, such as `no_passkey` when the user has none.
 */
export async function stepUp(client: AuthClient, about: Confirmation): Promise<"confirmed" | NoPasskey> {
  const outcome = await ceremony<Session>(client, {
    path: "/step-up",
    about,
    browser: ({ startAuthentication }, optionsJSON) => startAuthentication({ optionsJSON }),
  });
  return typeof outcome === "string" ? outcome : "confirmed";
}

/**
 * Runs a command or request. When the server wants it confirmed, has the user do that and runs it once more. Rejects
 * as `run` does: with `step_up_required` when the user has not confirmed it. The action's name may be left out: then it
 * is what the refusal says, or none in particular where only the level of the session matters.
 */
export async function withStepUp<T>(client: AuthClient, about: Partial<Confirmation>, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (thrown) {
    if (!(thrown instanceof ProblemError) || thrown.code !== "step_up_required") throw thrown;
    const action = String(about.action ?? thrown.details.action ?? "level");
    if ((await stepUp(client, { ...about, action })) !== "confirmed") throw thrown;
    return run();
  }
}
