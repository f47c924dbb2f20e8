import { useFetch } from "@composable-go/client/react";
import type { EffectsReport } from "../api/types";
import { useEvery } from "../api/use-every";
import { Badge } from "../components/badge";
import { Problem } from "../components/problem";
import { Skeleton } from "../components/skeleton";
import { incidentWords } from "./incident-words";
import { lookEvery } from "./look-every";

/** How effects fare on the node that answers. */
export function EffectsHealth() {
  const { data, error, refetch } = useFetch<EffectsReport>("/api/admin/effects");
  useEvery(lookEvery, refetch);
  return (
    <div className="admin-columns">
      {error && <Problem error={error} retry={refetch} />}
      {!data && !error && <Skeleton lines={5} height="2.5rem" />}
      {data && <Kinds kinds={data.kinds} />}
      {data && <Incidents incidents={data.incidents} />}
    </div>
  );
}

function Kinds({ kinds }: Pick<EffectsReport, "kinds">) {
  return (
    <section className="card stack" aria-labelledby="effects-title">
      <h2 id="effects-title">Effects</h2>
      <table className="admin-table">
        <thead><tr><th scope="col">Kind</th><th scope="col">Running</th><th scope="col">Breaker</th></tr></thead>
        <tbody>
          {Object.entries(kinds).map(([name, { running, breaker }]) => (
            <tr key={name}>
              <th scope="row"><code>{name}</code></th>
              <td className="figures">{running}</td>
              <td>{breaker ? <Badge of={breaker} /> : <span className="small quiet">none</span>}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <p className="small quiet">Running on the node that answered. An open breaker holds a kind back until what it calls answers again.</p>
    </section>
  );
}

function Incidents({ incidents }: Pick<EffectsReport, "incidents">) {
  const entries = Object.entries(incidents);
  return (
    <section className="card stack" aria-labelledby="incidents-title">
      <h2 id="incidents-title">Incidents</h2>
      {entries.length === 0 && <p>None since this node was started.</p>}
      {entries.length > 0 && (
        <>
          <dl className="incidents">
            {entries.map(([what, count]) => (
              <div key={what}><dt>{incidentWords(what)}</dt><dd className="figures">{count.toLocaleString()}</dd></div>
            ))}
          </dl>
          <p className="small quiet">Since this node was started. Nothing was lost; the log of the program tells more.</p>
        </>
      )}
    </section>
  );
}
