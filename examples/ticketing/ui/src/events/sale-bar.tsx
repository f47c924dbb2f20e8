import { useSession } from "@composable-go/client/react";
import { Children, type ReactNode, useEffect, useRef } from "react";
import { signInPath } from "../account/sign-in-path";
import { Button, ButtonLink } from "../components/button";
import { formatMoney } from "../format/money";

interface SaleBarProps {
  words: string;
  count: number;
  price: number;
  currency: string;
  note?: string;
  open: boolean;
  /** The hold is under way. */
  busy: boolean;
  /** It waits for a connection. */
  waiting: boolean;
  onHold: () => void;
  /** What went wrong, shown where the visitor looks. */
  children: ReactNode;
}

/** What is chosen, what it costs and the way on. With something to tell it stays in sight below a long seat map. */
export function SaleBar({ words, count, price, currency, note, open, busy, waiting, onHold, children }: SaleBarProps) {
  const { session } = useSession();
  const telling = count > 0 || Children.toArray(children).length > 0;
  return (
    <div className={telling ? "sale-bar sale-bar-in-sight" : "sale-bar"}>
      {children}
      <div className="stack-tight sale-bar-words" role="status">
        <p className="sale-bar-what">{words}</p>
        <p className="quiet figures">{note ?? (count === 0 ? "Nothing chosen yet" : `${count} × ${formatMoney(price, currency)}`)}</p>
      </div>
      <p className="sale-bar-total figures">{formatMoney(count * price, currency)}</p>
      {session === null
        ? <ButtonLink to={signInPath()} weight="primary">Sign in to buy</ButtonLink>
        : <HoldButton waiting={waiting} busy={busy} open={open} disabled={count === 0 || !open || price === 0} onHold={onHold} />}
    </div>
  );
}

function HoldButton({ waiting, busy, open, disabled, onHold }: Pick<SaleBarProps, "waiting" | "busy" | "open" | "onHold"> & { disabled: boolean }) {
  const button = useRef<HTMLButtonElement>(null);
  // The button that takes a hold back goes away with it; whoever pressed it by keyboard goes on here.
  useEffect(() => {
    const here = button.current;
    if (!waiting) return;
    return () => {
      if (document.activeElement === document.body) here?.focus({ preventScroll: true });
    };
  }, [waiting]);
  if (waiting) return <Button ref={button} aria-disabled>Not sent yet</Button>;
  return <Button ref={button} weight="primary" disabled={disabled} busy={busy} onClick={onHold}>{open ? "Hold and pay" : "Not on sale"}</Button>;
}
