import { useLive } from "../api/use-live";
import type { BoxOfficeEvent, Seat, Section } from "../api/types";
import { Problem } from "../components/problem";
import { Skeleton } from "../components/skeleton";
import { formatMoney } from "../format/money";
import { SeatMap } from "../seatmap/seat-map";
import { maxSeats, useChoice } from "../seatmap/use-choice";
import { Refusal, SeatsTaken } from "./refusal";
import { SaleBar } from "./sale-bar";
import { useHold } from "./use-hold";

export function NumberedSale({ event, section }: { event: BoxOfficeEvent; section: Section }) {
  const path = `/api/events/${encodeURIComponent(event.id)}/sections/${encodeURIComponent(section.name)}/seats`;
  const seats = useLive<{ items: Seat[] }>("seats", { event_id: event.id, section: section.name }, path);
  const { chosen, lost, toggle, full } = useChoice(seats.data?.items);
  const hold = useHold();
  const price = section.price_cents ?? 0;

  function choose(id: string) {
    hold.reset();
    toggle(id);
  }

  return (
    <section className="card stack" aria-label={`${section.name}: choose seats`}>
      {seats.error && <Problem error={seats.error} retry={seats.refetch} />}
      {!seats.data && !seats.error && <Skeleton lines={1} height={`${(section.rows?.length ?? 8) * 2.6 + 8}rem`} />}
      {seats.data && (
        <SeatMap
          section={section.name} seats={seats.data.items} chosen={chosen} onToggle={choose}
          price={formatMoney(price, event.currency)}
        />
      )}
      <SaleBar
        words={chosen.length === 0 ? "Choose your seats" : chosen.join(" · ")} count={chosen.length} price={price} currency={event.currency}
        note={full ? `${maxSeats} seats are the most for one purchase` : undefined}
        open={event.status === "SalesOpen"} busy={hold.status === "pending"}
        onHold={() => void hold.run({ event_id: event.id, section: section.name, seat_ids: chosen })}
      >
        {lost.length > 0 ? <SeatsTaken seats={lost} /> : hold.error && <Refusal error={hold.error} />}
      </SaleBar>
    </section>
  );
}
