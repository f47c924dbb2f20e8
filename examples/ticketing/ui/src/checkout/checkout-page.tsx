import type { Reservation } from "../api/types";
import { Page } from "../components/page";
import { Problem } from "../components/problem";
import { Skeleton } from "../components/skeleton";
import { NotFound } from "../components/not-found";
import { Link } from "../routing/link";
import { Countdown } from "./countdown-clock";
import { Outcome } from "./outcome";
import { PayForm } from "./pay-form";
import { Receipt } from "./receipt";
import { stageOf, type Stage } from "./stage";
import { useReservation } from "./use-reservation";
import "./checkout.css";

const titles: Record<Stage, string> = {
  holding: "Finding your seats",
  paying: "Checkout",
  asking: "Checkout",
  confirming: "Almost there",
  done: "Enjoy the evening",
  returning: "Tickets given back",
  ended: "This purchase has ended",
};

export function CheckoutPage({ id }: { id: string }) {
  const { data, error } = useReservation(id);
  if (!data && error?.status === 404) return <NotFound />;
  if (!data) return <Page title="Checkout" narrow>{error ? <Problem error={error} /> : <Skeleton lines={3} height="8rem" />}</Page>;
  return <Checkout reservation={data} />;
}

function Checkout({ reservation }: { reservation: Reservation }) {
  const stage = stageOf(reservation);
  const counting = stage === "paying" || stage === "asking";
  return (
    <Page title={titles[stage]} heading={<CheckoutHeading title={titles[stage]} event={reservation.event_title} />}>
      <div className="checkout">
        <div className="stack">
          {counting && <Countdown key={reservation.id} expiresAt={reservation.expires_at} serverTime={reservation.server_time} />}
          {counting
            ? <PayForm reservation={reservation} asking={stage === "asking"} />
            : <Outcome reservation={reservation} stage={stage} />}
        </div>
        <div className="stack">
          <Receipt reservation={reservation} />
          <p className="checkout-hood"><Link to={`/orders/${encodeURIComponent(reservation.id)}/under-the-hood`}>Look under the hood</Link></p>
        </div>
      </div>
    </Page>
  );
}

function CheckoutHeading({ title, event }: { title: string; event: string }) {
  return (
    <div className="stack-tight">
      <p className="quiet">{event}</p>
      <h1>{title}</h1>
    </div>
  );
}
