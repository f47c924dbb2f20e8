import type { ProblemError } from "@composable-go/client";
import { Button } from "./button";
import { Notice } from "./notice";

const titles: Record<string, string> = {
  network: "The box office cannot be reached",
  unauthenticated: "Please sign in first",
  forbidden: "This belongs to somebody else",
  not_found: "There is nothing here",
  step_up_required: "Please show that it is you",
  last_way_in: "This is your last way in",
  invalid_token: "This link no longer works",
  invalid_ceremony: "That took too long",
  unknown_passkey: "No account here has this passkey",
  rate_limited: "That was a little fast",
  overloaded: "Many people are here right now",
  unavailable: "The box office is not ready",
};

/** What helps, where the server cannot know which other ways this page offers. */
const remedies: Record<string, string> = {
  unknown_passkey: "Sign in by mail instead.",
  invalid_passkey: "Try again, or sign in by mail.",
};

/** A failure in plain words, with a way to try again where that can help. */
export function Problem({ error, retry }: { error: ProblemError; retry?: () => void }) {
  const title = titles[error.code] ?? (error.status >= 500 ? "Something went wrong on our side" : "That did not work");
  return (
    <Notice tone="bad" title={title}>
      <p>{error.message}{remedies[error.code] && `. ${remedies[error.code]}`}{error.retryAfter ? ` Try again in ${error.retryAfter} seconds.` : ""}</p>
      {retry && <Button onClick={retry}>Try again</Button>}
    </Notice>
  );
}
