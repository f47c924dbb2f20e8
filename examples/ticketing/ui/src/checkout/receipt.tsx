import type { Reservation } from "../api/types";
import { formatMoney } from "../format/money";
import { Link } from "../routing/link";

/** What is bought and what it costs, as a till prints it. The price is known when the seats are held. */
export function Receipt({ reservation }: { reservation: Reservation }) {
  const { seat_ids, quantity, unit_price_cents, total_cents, currency } = reservation;
  const count = seat_ids?.length || quantity || 0;
  return (
    <aside className="receipt" aria-label="Your order">
      <h2><Link to={`/events/${reservation.event_id}`}>{reservation.event_title}</Link></h2>
      <dl>
        <div><dt>Section</dt><dd>{reservation.section}</dd></div>
        <div><dt>{count === 1 ? "Seat" : "Seats"}</dt><dd>{seat_ids?.length ? seat_ids.join(", ") : count}</dd></div>
        {currency && <div><dt>Price</dt><dd className="figures">{count} × {formatMoney(unit_price_cents, currency)}</dd></div>}
        {currency && <div className="receipt-total"><dt>Total</dt><dd className="figures">{formatMoney(total_cents, currency)}</dd></div>}
      </dl>
      <p className="small quiet">The price stays as it is, also when the tier changes while you pay.</p>
    </aside>
  );
}
