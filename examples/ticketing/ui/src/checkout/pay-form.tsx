import { useCommand } from "@composable-go/client/react";
import { type FormEvent, useId, useState } from "react";
import type { Payment, Reservation } from "../api/types";
import { Button } from "../components/button";
import { Notice } from "../components/notice";
import { formatMoney } from "../format/money";
import { CancelButton } from "./cancel-button";
import { PaymentRefusal } from "./payment-refusal";
import { type TestCard, TestCards } from "./test-cards";

interface PayFormProps {
  reservation: Reservation;
  /** A payment is under way, perhaps one that this page did not start. */
  asking: boolean;
}

/**
 * Pays over HTTP, and not by a command: what stands for a card does not belong in a queue that outlives the page, and
 * the answer tells at once why the bank declined and how many attempts are left.
 */
export function PayForm({ reservation, asking }: PayFormProps) {
  const form = useId(); // Around the cards only: the question behind the second button is a form of its own.
  const [card, setCard] = useState<TestCard>("tok_ok");
  const pay = useCommand((client, token: TestCard) => {
    const method = { type: "credit_card", token };
    return client.post<Payment>("/api/payments", { reservation_id: reservation.id, payment_method: method });
  });
  // A success is there before the live query shows what came of it.
  const waiting = asking || pay.status === "pending" || pay.status === "success";

  function submit(event: FormEvent) {
    event.preventDefault();
    if (!waiting) void pay.run(card);
  }

  return (
    <div className="card stack">
      <form id={form} className="stack" onSubmit={submit}>
        <TestCards value={card} disabled={waiting} onChange={setCard} />
        {pay.error && !waiting && <PaymentRefusal error={pay.error} attemptsLeft={reservation.attempts_left} />}
        {waiting && (
          <Notice title="Asking the bank…">
            <p>Stay or come back later: the seats are yours as soon as the bank agrees.</p>
          </Notice>
        )}
      </form>
      <div className="pay-actions">
        <Button type="submit" form={form} weight="primary" busy={waiting}>
          {`Pay ${formatMoney(reservation.total_cents, reservation.currency)}`}
        </Button>
        <CancelButton reservation={reservation} />
      </div>
    </div>
  );
}
