import { useCommand } from "@composable-go/client/react";
import { useState } from "react";
import { useLine } from "../api/line";
import type { Order } from "../api/types";
import { Button } from "../components/button";
import { Confirm } from "../components/confirm";
import { Notice } from "../components/notice";
import { Problem } from "../components/problem";
import { RefundQuote } from "./refund-quote";
import { stageOf } from "./stage";

/** Gives seats or paid tickets back, after saying what that means. */
export function CancelButton({ reservation, onCancelled }: { reservation: Order; onCancelled?: () => void }) {
  const paid = stageOf(reservation) === "done";
  const what = paid ? "tickets" : "seats";
  const [asking, setAsking] = useState(false);
  const cancel = useCommand("reservation", reservation.id);
  const sending = cancel.status === "pending";
  const line = useLine();

  async function giveBack() {
    if (!await cancel.run({ Cancel: {} })) return;
    setAsking(false);
    onCancelled?.();
  }

  return (
    <>
      <Button onClick={() => setAsking(true)}>{`Give the ${what} back`}</Button>
      {asking && (
        <Confirm
          title={`Give the ${what} back?`} confirm="Yes, give them back" keep={sending ? "Close" : "Keep them"} busy={sending}
          onConfirm={() => void giveBack()} onClose={() => setAsking(false)}
        >
          {paid ? <RefundQuote reservation={reservation} /> : <p>They go on sale again at once, and somebody else may take them.</p>}
          {sending && line !== "up" && <Notice tone="warn" title="You are offline"><p>This goes out as soon as the connection is back.</p></Notice>}
          {cancel.error && <Problem error={cancel.error} />}
        </Confirm>
      )}
    </>
  );
}
