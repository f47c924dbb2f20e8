import { Problem } from "../components/problem";
import { Skeleton } from "../components/skeleton";
import { formatMoment } from "../format/when";
import { compare } from "./compare";
import { StateTable } from "./state-table";
import { StationLine } from "./station-line";
import { stationsOf } from "./stations";
import { usePast } from "./use-past";
import type { Version } from "./versions";
import "./time-travel.css";

interface TimeTravelProps {
  id: string;
  versions: Version[];
  shown: Version;
  isLive: boolean;
  onTravel: (version: number) => void;
}

/** The state of the purchase at any of its versions. */
export function TimeTravel({ id, ...journey }: TimeTravelProps) {
  const { shown: past, error, refetch } = usePast(id, journey.shown.version);
  return (
    <div className="travel">
      <Controls {...journey} />
      <section className="travel-state" aria-labelledby="state-title">
        <h2 id="state-title">State at version {past?.now.version ?? journey.shown.version}</h2>
        {error && <Problem error={error} retry={refetch} />}
        {!past && !error && <Skeleton lines={3} height="4rem" />}
        {past && <StationLine stations={stationsOf(past.now.state)} />}
        {past && <StateTable version={past.now.version} fields={compare(past.before?.state, past.now.state)} />}
      </section>
    </div>
  );
}

function Controls({ versions, shown, isLive, onTravel }: Omit<TimeTravelProps, "id">) {
  const { version, event, at } = shown;
  const last = versions.length;
  return (
    <div className="travel-controls" role="group" aria-label="Time travel">
      <div className="travel-where">
        <p><strong>Version {version}</strong> of {last}</p>
        {isLive && <p className="badge badge-good">Live</p>}
        <p className="travel-event">{event} at <span className="figures">{formatMoment(at)}</span></p>
      </div>
      <div className="travel-rail">
        <button type="button" aria-label="One version back" disabled={version <= 1} onClick={() => onTravel(version - 1)}>‹</button>
        <input
          type="range" aria-label="Version" aria-valuetext={`Version ${version} of ${last}, ${event}`}
          min={1} max={last} value={version} onChange={(change) => onTravel(Number(change.target.value))}
        />
        <button type="button" aria-label="One version on" disabled={isLive} onClick={() => onTravel(version + 1)}>›</button>
      </div>
    </div>
  );
}
