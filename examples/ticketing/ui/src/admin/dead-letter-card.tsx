import { useCommand } from "@composable-go/client/react";
import type { DeadLetter } from "../api/types";
import { Button } from "../components/button";
import { JsonDetails } from "../components/json-details";
import { Problem } from "../components/problem";
import { formatShort } from "../format/when";
import { DiscardButton } from "./discard-button";
import { FailureLog } from "./failure-log";

interface DeadLetterCardProps {
  letter: DeadLetter;
  /** Told what became of it. */
  onSettled: (what: string) => void;
}

export function DeadLetterCard({ letter, onSettled }: DeadLetterCardProps) {
  const { id, effect, store, key, payload, asked_at, failures, correlation_id } = letter;
  const retry = useCommand(async (client) => {
    await client.post(`/api/admin/dead-letters/${encodeURIComponent(id)}/retry`);
    onSettled(`${effect} is tried again`);
  });
  return (
    <article className="card dead-letter" aria-label={effect}>
      <h3>{effect}</h3>
      <dl className="dead-letter-facts">
        <div><dt>Stream</dt><dd><code>{store}/{key}</code></dd></div>
        <div><dt>Request</dt><dd><code>{correlation_id || "none"}</code></dd></div>
        <div><dt>Asked for</dt><dd>{formatShort(asked_at)}</dd></div>
        <div><dt>Attempts</dt><dd className="figures">{failures.length}</dd></div>
      </dl>
      <FailureLog failures={failures} />
      <JsonDetails summary="Payload" value={payload} />
      {retry.error && <Problem error={retry.error} />}
      <div className="cluster">
        <Button weight="primary" busy={retry.status === "pending"} onClick={() => void retry.run(undefined)}>Try again</Button>
        <DiscardButton letter={letter} onDiscarded={() => onSettled(`${effect} was discarded`)} />
      </div>
    </article>
  );
}
