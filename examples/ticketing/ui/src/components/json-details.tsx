import type { ReactNode } from "react";
import type { Json } from "../api/types";
import "./json-details.css";

/** JSON behind a line that tells what it is. */
export function JsonDetails({ summary, value }: { summary: ReactNode; value: Json }) {
  return (
    <details className="json-details">
      <summary>{summary}</summary>
      {/* Only what has the focus can be scrolled by keyboard. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <pre tabIndex={0}>{JSON.stringify(value, null, 2)}</pre>
    </details>
  );
}
