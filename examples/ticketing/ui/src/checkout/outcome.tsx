import type { ReactNode } from "react";
import type { Reservation } from "../api/types";
import { ButtonLink } from "../components/button";
import { Notice } from "../components/notice";
import { formatMoney } from "../format/money";
import type { Stage } from "./stage";

/** How a purchase ended: a title, and what became of the money. */
function endingOf({ status, reason, tickets, refund_cents = 0, currency }: Reservation): [string, string] {
  const title = reason === "event_cancelled" ? "The event was cancelled" : undefined;
  switch (status) {
    case "Rejected": return ["The seats were gone", "Somebody was a moment faster. Nothing was charged."];
    case "Expired": return ["Time ran out", "The seats are on sale again. Nothing was charged; a payment still under way is returned in full."];
    case "Compensated": return ["The payment did not work out", "The seats are on sale again. Whatever was charged is returned in full."];
    case "Cancelled": return [title ?? "You gave the seats back", tickets?.length ? "So close to the start nothing is paid back." : "Nothing was charged."];
    case "Refunded": return [title ?? "This purchase was refunded", "The whole amount is on its way back to your card."];
    case "PartiallyRefunded": return [title ?? "This purchase was refunded in part", `${formatMoney(refund_cents, currency)} is on its way back to your card.`];
    default: return ["This purchase has ended", ""];
  }
}

/** How a purchase stands when there is nothing left to pay. */
export function Outcome({ reservation, stage }: { reservation: Reservation; stage: Stage }) {
  if (stage === "holding") {
    return <Standing title="We are holding your seats"><p>Many people want the same ones. This takes a moment and goes on by itself.</p></Standing>;
  }
  if (stage === "confirming") {
    return <Standing title="Paid"><p>We are writing your tickets.</p></Standing>;
  }
  if (stage === "returning") {
    return <Standing title="The tickets are void"><p>The money is on its way back; this page tells you when it is sent.</p></Standing>;
  }
  if (stage === "done") return <Bought reservation={reservation} />;

  const [title, words] = endingOf(reservation);
  return (
    <div className="card stack">
      <Notice tone="warn" title={title}><p>{words}</p></Notice>
      <div><ButtonLink to={`/events/${reservation.event_id}`} weight="primary">Choose other seats</ButtonLink></div>
    </div>
  );
}

function Standing({ title, children }: { title: string; children: ReactNode }) {
  return <div className="card stack"><Notice title={title}>{children}</Notice></div>;
}

function Bought({ reservation }: { reservation: Reservation }) {
  const tickets = reservation.tickets ?? [];
  return (
    <div className="card stack">
      <Notice tone="good" title={tickets.length === 1 ? "Your ticket is ready" : "Your tickets are ready"}>
        <p>Show the code at the door, on paper or on the phone.</p>
      </Notice>
      <ul className="bought">
        {tickets.map((ticket) => (
          <li key={ticket.id}>
            <img src={`/api/tickets/${ticket.id}.svg`} alt={`QR code of the ticket for ${ticket.seat || "one person"}`} width="160" height="160" />
            <strong>{ticket.seat || reservation.section}</strong>
          </li>
        ))}
      </ul>
      <div><ButtonLink to="/tickets" weight="primary">All my tickets</ButtonLink></div>
    </div>
  );
}
