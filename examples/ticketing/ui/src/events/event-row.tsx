import type { BoxOfficeEvent } from "../api/types";
import { Badge } from "../components/badge";
import { formatMoney } from "../format/money";
import { formatTime } from "../format/when";
import { Link } from "../routing/link";
import { DateBlock } from "./date-block";

/** One line of the departure board. */
export function EventRow({ event, to = `/events/${event.id}` }: { event: BoxOfficeEvent; to?: string }) {
  const price = lowestPrice(event);
  return (
    <article className="event-row">
      <DateBlock iso={event.starts_at} timeZone={event.timezone} />
      <div className="event-row-words">
        <h2><Link to={to}>{event.title}</Link></h2>
        <p className="quiet">{formatTime(event.starts_at, event.timezone)} · {event.venue.name}</p>
      </div>
      <div className="event-row-side">
        <Badge of={event.status} />
        {price !== null && <p className="event-row-price figures"><span className="quiet">from </span>{formatMoney(price, event.currency)}</p>}
      </div>
    </article>
  );
}

function lowestPrice(event: BoxOfficeEvent): number | null {
  const prices = (event.sections ?? []).map((section) => section.price_cents).filter((price) => price != null);
  return prices.length > 0 ? Math.min(...prices) : null;
}
