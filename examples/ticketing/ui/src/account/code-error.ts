import type { ProblemError } from "@composable-go/client";

/** What to say at the field of a code, when the error is about what was typed there. */
export function codeError(error: ProblemError | undefined): string | undefined {
  if (error?.code !== "wrong_code") return undefined;
  const { tries_left: left } = error.details;
  if (typeof left !== "number") return "This is not the code. Compare it with the other device.";
  return `This is not the code. Compare it with the other device; you may try ${left === 1 ? "once" : `${left} times`} more.`;
}
