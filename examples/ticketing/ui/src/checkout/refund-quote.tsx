import { useFetch } from "@composable-go/client/react";
import type { BoxOfficeEvent, Order } from "../api/types";
import { Problem } from "../components/problem";
import { Skeleton } from "../components/skeleton";
import { formatMoney } from "../format/money";
import { refundOf } from "./refund";

/** What the house pays for tickets that are given back now. */
export function RefundQuote({ reservation }: { reservation: Order }) {
  const { data: event, error, refetch } = useFetch<BoxOfficeEvent>(`/api/events/${encodeURIComponent(reservation.event_id)}`);
  if (!event) return error ? <Problem error={error} retry={refetch} /> : <Skeleton lines={1} height="3rem" />;

  const { total_cents, currency } = reservation;
  const amount = refundOf(reservation, event);
  return (
    <>
      <p>
        {amount > 0
          ? <>You get <strong>{formatMoney(amount, currency)}</strong> of {formatMoney(total_cents, currency)} back.</>
          : <>So close to the start <strong>nothing</strong> is paid back.</>}
      </p>
      <p>The tickets are void at once, and the seats go on sale again.</p>
    </>
  );
}
