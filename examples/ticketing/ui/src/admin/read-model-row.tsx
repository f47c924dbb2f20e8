import { useCommand } from "@composable-go/client/react";
import type { ReadModel, ReadModelFailure } from "../api/types";
import { Button } from "../components/button";
import { Problem } from "../components/problem";
import { formatShort } from "../format/when";
import { standing } from "./standing";

interface ReadModelRowProps {
  model: ReadModel;
  /** Told what was ordered. */
  onOrdered: (what: string) => void;
}

export function ReadModelRow({ model, onOrdered }: ReadModelRowProps) {
  const { name, failure, rebuild } = model;
  const order = useCommand(async (client, { path, what }: { path: string; what: string }) => {
    await client.post(`/api/admin/projections/${encodeURIComponent(name)}/${path}`);
    onOrdered(`${name} ${what}`);
  });
  const give = (path: string, what: string) => () => void order.run({ path, what });
  const stuck = failure ?? rebuild?.failure;
  return (
    <article className="read-model" aria-label={name}>
      <div className="read-model-facts">
        <h3><code>{name}</code></h3>
        <p className="small quiet figures">{standing(model)}</p>
      </div>
      {stuck && <Standstill failure={stuck} />}
      {order.error && <Problem error={order.error} />}
      <div className="cluster">
        {stuck && <Button weight="primary" onClick={give("retry", "is tried again")}>Try again</Button>}
        {stuck && stuck.position > 0 && (
          <Button weight="danger" onClick={give(`skip?position=${stuck.position}`, `passes over position ${stuck.position}`)}>Skip this event</Button>
        )}
        {!rebuild && <Button onClick={give("rebuild", "is being rebuilt")}>Rebuild</Button>}
      </div>
    </article>
  );
}

function Standstill({ failure }: { failure: ReadModelFailure }) {
  return (
    <div className="failure-log">
      <p>
        Stands still since {formatShort(failure.since)}
        {failure.position > 0 && <> at {failure.event} of <code>{failure.store}/{failure.key}</code>, position {failure.position}</>}.
      </p>
      <p>{failure.message}</p>
    </div>
  );
}
