import { useSession } from "@composable-go/client/react";
import type { Decision, History } from "../api/types";
import { JsonDetails } from "../components/json-details";
import { formatMoment } from "../format/when";
import { EffectLine } from "./effect-line";
import { causeOf, shortStream, wordsOf } from "./effects";
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
  return (
    <li
      id={`decision-${position}`} className={`decision ${own ? "" : "decision-branch"} ${isAhead ? "decision-ahead" : ""}`}
      aria-current={own && position === shown.position ? "step" : undefined}
    >
      <article className="decision-card" aria-label={action}>
        <div className="stack-tight">
          <h3>{action || "Unknown action"}</h3>
          <p className="small quiet"><time className="figures" dateTime={at}>{formatMoment(at)}</time> · <code>{shortStream(stream)}</code></p>
          <CauseLine decision={decision} story={history.items} />
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

function CauseLine({ decision, story }: { decision: Decision; story: Decision[] }) {
  const { session } = useSession();
  const cause = causeOf(decision, story);
  switch (cause.from) {
    case "outside": return <p className="small">{decision.actor === session?.user.id ? "Asked for by you" : "Asked for by somebody else"}</p>;
    case "elsewhere": return <p className="small">Answer of another stream</p>;
    case "story": {
      const { effect, decision: { action, position } } = cause;
      return <p className="small">Because of <code>{effect.kind} {effect.kind === "dispatch" ? effect.action : wordsOf(effect)}</code> of <a href={`#decision-${position}`}>{action}</a></p>;
    }
  }
}
