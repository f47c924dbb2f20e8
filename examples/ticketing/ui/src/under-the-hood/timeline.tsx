import type { History } from "../api/types";
import { DecisionCard } from "./decision-card";
import type { Version } from "./versions";
import "./timeline.css";

interface TimelineProps {
  history: History;
  shown: Version;
  isLive: boolean;
  onTravel: (version: number) => void;
}

/** What was decided, in the order of the log. */
export function Timeline({ history, shown, isLive, onTravel }: TimelineProps) {
  return (
    <section className="stack" aria-labelledby="timeline-title">
      <h2 id="timeline-title">What happened</h2>
      <ol className="timeline">
        {history.items.map((decision) => (
          <DecisionCard
            key={decision.position} decision={decision} history={history} shown={shown}
            isAhead={!isLive && decision.position > shown.position} onTravel={onTravel}
          />
        ))}
      </ol>
    </section>
  );
}
