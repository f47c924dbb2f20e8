import { useMemo } from "react";
import type { BoxOfficeEvent, Section } from "../api/types";
import { Problem } from "../components/problem";
import { Skeleton } from "../components/skeleton";
import { formatMoney } from "../format/money";
import { askedSeats, withAsked } from "../holds/asked-seats";
import { isUnderWay } from "../holds/hold";
import { HoldNotice, useIsWaiting } from "../holds/hold-notice";
import { useHold } from "../holds/holds-provider";
import { SeatMap } from "../seatmap/seat-map";
import { useSeats } from "../seatmap/use-seats";
import { maxSeats, useChoice } from "../seatmap/use-choice";
import { Refusal, SeatsTaken } from "./refusal";
import { SaleBar } from "./sale-bar";

export function NumberedSale({ event, section }: { event: BoxOfficeEvent; section: Section }) {
  const hold = useHold(event.id, section.name);
  const asked = askedSeats(hold.current);
  const { seats: granted, error } = useSeats(event.id, section.name);
  const seats = useMemo(() => granted && withAsked(granted, asked), [granted, asked]);
  const { chosen, lost, toggle, full } = useChoice(seats);
  const busy = isUnderWay(hold.current);
  const waiting = useIsWaiting(hold.current);
  const wanted = busy ? asked : chosen;
  const price = section.price_cents ?? 0;

  function choose(id: string) {
    if (busy) return;
    hold.reset();
    toggle(id);
  }

  return (
    <section className="card stack" aria-label={`${section.name}: choose seats`}>
      {!seats && (error ? <Problem error={error} /> : <Skeleton lines={1} height={`${(section.rows?.length ?? 8) * 2.6 + 8}rem`} />)}
      {seats && (
        <SeatMap
          section={section.name} seats={seats} chosen={chosen} asked={asked} onToggle={choose}
          price={formatMoney(price, event.currency)}
        />
      )}
      <SaleBar
        words={wanted.length === 0 ? "Choose your seats" : wanted.join(" · ")} count={wanted.length} price={price} currency={event.currency}
        note={full ? `${maxSeats} seats are the most for one purchase` : undefined}
        open={event.status === "SalesOpen"} busy={busy} waiting={waiting} onHold={() => hold.ask({ seat_ids: chosen })}
      >
        {waiting && <HoldNotice onGiveUp={hold.giveUp} />}
        {lost.length > 0 ? <SeatsTaken seats={lost} /> : hold.current?.error && <Refusal error={hold.current.error} />}
      </SaleBar>
    </section>
  );
}
