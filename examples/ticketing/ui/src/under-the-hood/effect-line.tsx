import type { Effect } from "../api/types";
import { clockFace } from "../checkout/countdown";
import { useSecondsLeft } from "../checkout/use-seconds-left";
import { Badge } from "../components/badge";
import { formatMoment } from "../format/when";
import { fateOf, wordsOf } from "./effects";

/** An effect: what it is about, when it is due and how far it has come. */
export function EffectLine({ effect, serverTime }: { effect: Effect; serverTime: string }) {
  const fate = fateOf(effect, serverTime);
  return (
    <li className="effect">
      <p className="effect-words"><code className="effect-kind">{effect.kind}</code> {wordsOf(effect)}</p>
      <p className="effect-fate">
        {effect.due && fate === "waiting" && <DueIn due={effect.due} serverTime={serverTime} />}
        <Badge of={fate} />
      </p>
      {effect.failures && (
        <ul className="effect-failures small" aria-label="Failures">
          {effect.failures.map(({ at, error }) => <li key={at}><span className="figures">{formatMoment(at)}</span> {error}</li>)}
        </ul>
      )}
    </li>
  );
}

function DueIn({ due, serverTime }: { due: string; serverTime: string }) {
  const seconds = useSecondsLeft(due, serverTime);
  return <span className="small figures" role="timer" aria-live="off">{seconds > 0 ? `in ${clockFace(seconds)}` : "now"}</span>;
}
