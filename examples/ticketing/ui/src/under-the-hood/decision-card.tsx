import { useSession } from "@composable-go/client/react";
import type { Decision, History } from "../api/types";
import { JsonDetails } from "../components/json-details";
import { formatMoment } from "../format/when";
import { EffectLine } from "./effect-line";
import { type Cause, causeOf, shortStream } from "./effects";
import { isOfReservation, type Version } from "./versions";

interface DecisionCardProps {
  decision: Decision;
  history: History;
  shown: Version;
  /** It had not happened yet at the version that is shown. */
  isAhead: boolean;
  onTravel: (version: number) => void;
}

export function DecisionCard({ decision, history, shown, isAhead, onTravel }: DecisionCardProps) {
  const { stream, action, at, position, events, effects } = decision;
  const own = isOfReservation(decision);
  const cause = causeOf(decision, history.items);
  const returns = own && cause.from === "story" && !isOfReservation(cause.decision);
  return (
    <li
      id={`decision-${position}`} className={`decision ${own ? "" : "decision-branch"} ${returns ? "decision-return" : ""} ${isAhead ? "decision-ahead" : ""}`}
      aria-current={own && position === shown.position ? "step" : undefined}
    >
      <article className="decision-card" aria-label={action}>
        <div className="stack-tight">
          <h3>{action || "Unknown action"}</h3>
          <p className="small quiet"><time className="figures" dateTime={at}>{formatMoment(at)}</time> · <code>{shortStream(stream)}</code></p>
          <CauseLine cause={cause} actor={decision.actor} />
        </div>
        <ul className="facts" aria-label="Events">
          {events.map(({ version, name, data }) => (
            <li key={version}>
              {own
                ? <button type="button" className="version" aria-label={`Show the state at version ${version}`} aria-pressed={version === shown.version} onClick={() => onTravel(version)}>v{version}</button>
                : <span className="version">v{version}</span>}
              <JsonDetails summary={<strong>{name}</strong>} value={data} />
            </li>
          ))}
        </ul>
        {effects.length > 0 && (
          <ul className="effects" aria-label="Effects">
            {effects.map((effect, i) => <EffectLine key={effect.id ?? i} effect={effect} serverTime={history.server_time} />)}
          </ul>
        )}
      </article>
    </li>
  );
}

function CauseLine({ cause, actor }: { cause: Cause; actor: string }) {
  const { session } = useSession();
  switch (cause.from) {
    case "outside": return <p className="small">{actor === session?.user.id ? "Asked for by you" : "Asked for by somebody else"}</p>;
    case "elsewhere": return <p className="small">Sent by another stream</p>;
    case "story": {
      const { effect: { kind, key }, decision: { action, position } } = cause;
      return <p className="small">Caused by <code>{key ? `${kind} ${key}` : kind}</code> of <a href={`#decision-${position}`}>{action}</a></p>;
    }
  }
}
