const words: Record<string, string> = {
  effect_given_up: "Effects given up",
  handler_stuck: "Handlers that did not return in time",
  reducer_failed: "Reducers that panicked or broke a rule",
  follower_stuck: "Read models and sagas that stood still",
  event_unreadable: "Events that cannot be read",
  payload_too_large: "Payloads above the limit",
  snapshot_rejected: "States that cannot be kept as a snapshot",
};

/** An incident in words; one this page does not know keeps its name. */
export function incidentWords(what: string): string {
  return words[what] ?? what;
}
