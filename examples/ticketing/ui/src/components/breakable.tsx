import { Fragment } from "react";

/** A technical name such as `PaymentPending` or `attempts[0].payment_id`, which breaks between its words only. */
export function Breakable({ name }: { name: string }) {
  return name.split(/(?=[A-Z._])/).map((word, i) => <Fragment key={i}>{i > 0 && <wbr />}{word}</Fragment>);
}
