import type { ReactNode } from "react";
import type { Reservation, ReservationStatus } from "../api/types";
import { ButtonLink } from "../components/button";
import { Notice } from "../components/notice";
import type { Stage } from "./stage";

const endings: Partial<Record<ReservationStatus, [string, string]>> = {
  Rejected: ["The seats were gone", "Somebody was a moment faster. Nothing was charged."],
  Expired: ["Time ran out", "The seats are on sale again. Nothing was charged; a payment still under way is returned in full."],
  Cancelled: ["You gave the seats back", "Nothing was charged."],
  Compensated: ["The payment did not work out", "The seats are on sale again. Whatever was charged is returned in full."],
  Refunded: ["This purchase was refunded", "The whole amount is on its way back to your card."],
};

/** How a purchase stands when there is nothing left to pay. */
export function Outcome({ reservation, stage }: { reservation: Reservation; stage: Stage }) {
  if (stage === "holding") {
    return <Standing title="We are holding your seats"><p>Many people want the same ones. This takes a moment and goes on by itself.</p></Standing>;
  }
  if (stage === "confirming") {
    return <Standing title="Paid"><p>We are writing your tickets.</p></Standing>;
  }
  if (stage === "done") return <Bought reservation={reservation} />;

  const [title, words] = endings[reservation.status] ?? ["This purchase has ended", ""];
  return (
    <div className="card stack">
      <Notice tone="warn" title={title}>
        <p>{words}</p>
        {reservation.reason && <p className="small">Reason: {reservation.reason}</p>}
      </Notice>
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
