import type { Order } from "../api/types";
import { CancelButton } from "../checkout/cancel-button";
import { type Stage, stageOf } from "../checkout/stage";
import { useReservation } from "../checkout/use-reservation";
import { Badge } from "../components/badge";
import { ButtonLink } from "../components/button";
import { formatMoney } from "../format/money";
import { formatShort } from "../format/when";
import { navigate } from "../routing/history";
import { Link } from "../routing/link";

/** The list hears of beginnings and ends; in between a purchase is watched by itself. */
const between: Stage[] = ["holding", "asking", "confirming"];

export function OrderRow({ order: listed, onChange }: { order: Order; onChange: () => void }) {
  const live = useReservation(listed.id, { skip: !between.includes(stageOf(listed)) });
  const order: Order = live.data ?? listed;
  const stage = stageOf(order);
  const seats = order.seat_ids?.length ? order.seat_ids.join(", ") : `${order.quantity ?? 0} ×`;
  return (
    <article className="card order">
      <div className="stack-tight">
        <h2><Link to={`/checkout/${order.id}`}>{order.event_title}</Link></h2>
        <p>{order.section} · {seats}</p>
        <p className="small quiet figures">
          {[order.currency && formatMoney(order.total_cents, order.currency), order.created_at && `ordered ${formatShort(order.created_at)}`].filter(Boolean).join(" · ")}
        </p>
      </div>
      <div className="order-state"><Badge of={order.status} /></div>
      {(stage === "paying" || stage === "asking") && (
        <div className="cluster order-actions">
          <ButtonLink to={`/checkout/${order.id}`} weight="primary">{stage === "paying" ? "Go on paying" : "See how it stands"}</ButtonLink>
          <CancelButton reservation={order} onCancelled={onChange} />
        </div>
      )}
      {stage === "done" && (
        <div className="cluster order-actions">
          <ButtonLink to="/tickets" weight="primary">See the tickets</ButtonLink>
          <CancelButton reservation={order} onCancelled={() => navigate(`/checkout/${order.id}`)} />
        </div>
      )}
    </article>
  );
}
