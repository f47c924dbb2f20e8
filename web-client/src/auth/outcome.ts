/**
 * How a browser may end what was begun with a passkey: the user or a signal has `cancelled` it, passkeys are
 * `unsupported` here, or, where one is to be made, the device holds one of this user that `exists` already.
 */
export type NoPasskey = "cancelled" | "unsupported" | "exists";

const outcomes: Record<string, NoPasskey> = {
  NotAllowedError: "cancelled",
  AbortError: "cancelled",
  InvalidStateError: "exists",
  NotSupportedError: "unsupported",
  ConstraintError: "unsupported",
};

/** The outcome that a browser's error stands for; undefined when it is a failure. */
export function outcomeOf(thrown: unknown): NoPasskey | undefined {
  return outcomes[(thrown as Error).name];
}
