import type { ReactNode } from "react";
import type { Json } from "../api/types";
import "./json-details.css";

/** JSON behind a line that tells what it is. */
export function JsonDetails({ summary, value }: { summary: ReactNode; value: Json }) {
  return (
    <details className="json-details">
      <summary>{summary}</summary>
      <pre>{JSON.stringify(value, null, 2)}</pre>
    </details>
  );
}
