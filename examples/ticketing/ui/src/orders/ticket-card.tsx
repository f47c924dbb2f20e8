import type { Ticket } from "../api/types";
import { Badge } from "../components/badge";
import { formatDay, formatTime } from "../format/when";
import { Link } from "../routing/link";
import "./ticket-card.css";

/** A ticket as it looks on card: the event on the left, the stub with its code on the right. */
export function TicketCard({ ticket }: { ticket: Ticket }) {
  const place = ticket.seat || "Free choice of place";
  return (
    <article className={`ticket ticket-${ticket.status}`}>
      <div className="ticket-words">
        <h2><Link to={`/events/${ticket.event_id}`}>{ticket.event_title}</Link></h2>
        <p>{formatDay(ticket.starts_at, ticket.timezone)}, {formatTime(ticket.starts_at, ticket.timezone)}</p>
        <p className="ticket-quiet">{ticket.venue}</p>
        <dl>
          <div><dt>Section</dt><dd>{ticket.section}</dd></div>
          <div><dt>Seat</dt><dd>{place}</dd></div>
        </dl>
        {ticket.status !== "valid" && <p><Badge of={ticket.status} /></p>}
      </div>
      <div className="ticket-stub">
        <img src={`/api/tickets/${ticket.id}.svg`} alt={`QR code of the ticket for ${place}`} width="152" height="152" loading="lazy" />
        <p className="ticket-code">{ticket.code}</p>
      </div>
    </article>
  );
}
