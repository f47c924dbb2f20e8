import { useState } from "react";
import type { BoxOfficeEvent, Section } from "../api/types";
import { isUnderWay } from "../holds/hold";
import { HoldNotice, useIsWaiting } from "../holds/hold-notice";
import { useHold } from "../holds/holds-provider";
import { maxSeats } from "../seatmap/use-choice";
import { Refusal } from "./refusal";
import { SaleBar } from "./sale-bar";
import { Stepper } from "./stepper";

export function GeneralSale({ event, section }: { event: BoxOfficeEvent; section: Section }) {
  const [wanted, setWanted] = useState(1);
  const hold = useHold(event.id, section.name);
  const busy = isUnderWay(hold.current);
  const waiting = useIsWaiting(hold.current);
  const most = Math.min(maxSeats, section.available);
  const quantity = busy ? hold.current?.wish.quantity ?? 1 : Math.min(wanted, most);

  function change(next: number) {
    if (busy) return;
    hold.reset();
    setWanted(next);
  }

  return (
    <section className="card stack" aria-label={`${section.name}: choose how many`}>
      <div className="spread">
        <div className="stack-tight">
          <h2>How many?</h2>
          <p className="quiet">Free choice of place, up to {maxSeats} people.</p>
        </div>
        <Stepper label={`People in ${section.name}`} value={quantity} min={Math.min(1, most)} max={most} onChange={change} />
      </div>
      <SaleBar
        words={quantity === 1 ? "1 person" : `${quantity} people`} count={quantity} price={section.price_cents ?? 0} currency={event.currency}
        open={event.status === "SalesOpen"} busy={busy} waiting={waiting} onHold={() => hold.ask({ quantity })}
      >
        {waiting && <HoldNotice onGiveUp={hold.giveUp} />}
        {hold.current?.error && <Refusal error={hold.current.error} />}
      </SaleBar>
    </section>
  );
}
