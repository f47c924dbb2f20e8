import { useState } from "react";
import type { BoxOfficeEvent, Section } from "../api/types";
import { maxSeats } from "../seatmap/use-choice";
import { Refusal } from "./refusal";
import { SaleBar } from "./sale-bar";
import { Stepper } from "./stepper";
import { useHold } from "./use-hold";

export function GeneralSale({ event, section }: { event: BoxOfficeEvent; section: Section }) {
  const [wanted, setWanted] = useState(1);
  const hold = useHold();
  const most = Math.min(maxSeats, section.available);
  const quantity = Math.min(wanted, most);

  function change(next: number) {
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
        open={event.status === "SalesOpen"} busy={hold.status === "pending"}
        onHold={() => void hold.run({ event_id: event.id, section: section.name, quantity })}
      >
        {hold.error && <Refusal error={hold.error} />}
      </SaleBar>
    </section>
  );
}
