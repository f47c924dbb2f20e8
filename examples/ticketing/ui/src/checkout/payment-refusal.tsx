import type { ProblemError } from "@composable-go/client";
import { Notice } from "../components/notice";
import { Problem } from "../components/problem";

/** Why a payment did not go through, and what is left to do. */
export function PaymentRefusal({ error, attemptsLeft }: { error: ProblemError; attemptsLeft: number }) {
  if (error.code !== "payment_declined") return <Problem error={error} />;

  const left = Number(error.details.attempts_left ?? attemptsLeft);
  const poor = error.details.decline_code === "insufficient_funds";
  return (
    <Notice tone="bad" title={poor ? "There is not enough money on this card" : "The bank declined this card"}>
      <p>{left > 0 ? `Nothing was charged. Try another card: ${left === 1 ? "one attempt is" : `${left} attempts are`} left.` : "That was the last attempt. The seats go back on sale."}</p>
    </Notice>
  );
}
