import { useCommand } from "@composable-go/client/react";
import { useState } from "react";
import type { BoxOfficeEvent } from "../api/types";
import { Button } from "../components/button";
import { Confirm } from "../components/confirm";
import { Field } from "../components/field";
import { Problem } from "../components/problem";

export function CancelEvent({ event, onCancelled }: { event: BoxOfficeEvent; onCancelled: () => void }) {
  const [asking, setAsking] = useState(false);
  const [reason, setReason] = useState("");
  const cancel = useCommand(async (client) => {
    await client.post(`/api/events/${encodeURIComponent(event.id)}/cancel`, { reason: reason.trim() });
    setAsking(false);
    onCancelled();
  });

  return (
    <>
      <Button weight="danger" onClick={() => setAsking(true)}>Cancel the event</Button>
      {asking && (
        <Confirm
          title={`Cancel “${event.title}”?`} confirm="Cancel the event" keep="Keep it" busy={cancel.status === "pending"}
          onConfirm={() => void cancel.run(undefined)} onClose={() => setAsking(false)}
        >
          <p>This cannot be taken back. Every buyer gets the whole amount back and is told by mail.</p>
          <Field label="Reason" hint="Buyers read it." error={cancel.error?.fields.reason}>
            {(control) => <input {...control} required maxLength={200} value={reason} onChange={(change) => setReason(change.target.value)} />}
          </Field>
          {cancel.error && <Problem error={cancel.error} />}
        </Confirm>
      )}
    </>
  );
}
