import type { Decision, Effect, EffectStatus } from "../api/types";

/** What an effect is about, in a few words behind its kind. */
export function wordsOf({ kind, key = "", to = "", action = "" }: Effect): string {
  switch (kind) {
    case "dispatch": return `${action} → ${shortStream(to)}`;
    case "timer": return `${key} → ${action}`;
    default: return shortStream(key);
  }
}

/** A stream's name with as much of each id as one needs to tell it from others. */
export function shortStream(stream: string): string {
  return stream.replaceAll(/\b([0-9a-f]{8})-[0-9a-f-]{27}\b/g, "$1…");
}

/** How far an effect has come. A timer that is done before its time was cancelled. */
export function fateOf({ status, due }: Effect, serverTime: string): EffectStatus | "dropped" {
  return status === "done" && due && Date.parse(due) > Date.parse(serverTime) ? "dropped" : status;
}

/** Whether something is being done right now, so that the history is about to change. */
export function isUnderWay(story: Decision[]): boolean {
  return story.some(({ effects }) => effects.some(({ kind, status }) => status === "running" || (status === "waiting" && kind !== "timer")));
}

/** What led to a decision: the decision whose effect it was, where it is part of the story. */
export type Cause =
  | { from: "outside" }
  | { from: "elsewhere" }
  | { from: "story"; decision: Decision; effect: Effect };

export function causeOf({ causation_id }: Decision, story: Decision[]): Cause {
  if (causation_id === "") return { from: "outside" };
  for (const decision of story) {
    const effect = decision.effects.find(({ id }) => id === causation_id);
    if (effect) return { from: "story", decision, effect };
  }
  return { from: "elsewhere" };
}
