import type { Failure } from "../api/types";
import { formatMoment, formatShort } from "../format/when";

/** When it failed at first and at last, and every failure in between on demand. */
export function FailureLog({ failures }: { failures: Failure[] }) {
  const [first, ...later] = failures;
  const last = later.at(-1);
  if (!first) return null;
  return (
    <div className="failure-log">
      <dl>
        <FailureEntry name={last ? "First failure" : "The only failure"} failure={first} />
        {last && <FailureEntry name="Last failure" failure={last} />}
      </dl>
      {failures.length > 2 && (
        <details>
          <summary>All {failures.length} failures</summary>
          <ol>{failures.map(({ at, error }) => <li key={at}><span className="figures">{formatMoment(at)}</span> {error}</li>)}</ol>
        </details>
      )}
    </div>
  );
}

function FailureEntry({ name, failure }: { name: string; failure: Failure }) {
  return (
    <div>
      <dt>{name} · <span className="figures">{formatShort(failure.at)}</span></dt>
      <dd>{failure.error}</dd>
    </div>
  );
}
