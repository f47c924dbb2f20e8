import { useCommand } from "@composable-go/client/react";
import { useState } from "react";
import type { Reservation } from "../api/types";
import { Button } from "../components/button";
import { Confirm } from "../components/confirm";
import { Problem } from "../components/problem";
import { RefundQuote } from "./refund-quote";
import { stageOf } from "./stage";

/** Gives seats or paid tickets back, after saying what that means. */
export function CancelButton({ reservation, onCancelled }: { reservation: Reservation; onCancelled: () => void }) {
  const paid = stageOf(reservation) === "done";
  const what = paid ? "tickets" : "seats";
  const [asking, setAsking] = useState(false);
  const cancel = useCommand(async (client) => {
    await client.post(`/api/reservations/${encodeURIComponent(reservation.id)}/cancel`);
    setAsking(false);
    onCancelled();
  });

  return (
    <>
      <Button onClick={() => setAsking(true)}>{`Give the ${what} back`}</Button>
      {asking && (
        <Confirm
          title={`Give the ${what} back?`} confirm="Yes, give them back" keep="Keep them" busy={cancel.status === "pending"}
          onConfirm={() => void cancel.run(undefined)} onClose={() => setAsking(false)}
        >
          {paid ? <RefundQuote reservation={reservation} /> : <p>They go on sale again at once, and somebody else may take them.</p>}
          {cancel.error && <Problem error={cancel.error} />}
        </Confirm>
      )}
    </>
  );
}
