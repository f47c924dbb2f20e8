import { useSession } from "@composable-go/client/react";
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
  busy: boolean;
  onHold: () => void;
}

/** What is chosen, what it costs and the way on. It stays in sight below a long seat map. */
export function SaleBar({ words, count, price, currency, note, open, busy, onHold }: SaleBarProps) {
  const { session } = useSession();
  return (
    <div className="sale-bar">
      <div className="stack-tight sale-bar-words" role="status">
        <p className="sale-bar-what">{words}</p>
        <p className="quiet figures">{note ?? (count === 0 ? "Nothing chosen yet" : `${count} × ${formatMoney(price, currency)}`)}</p>
      </div>
      <p className="sale-bar-total figures">{formatMoney(count * price, currency)}</p>
      {session === null
        ? <ButtonLink to={signInPath()} weight="primary">Sign in to buy</ButtonLink>
        : (
          <Button weight="primary" disabled={count === 0 || !open || price === 0} busy={busy} onClick={onHold}>
            {open ? "Hold and pay" : "Not on sale"}
          </Button>
        )}
    </div>
  );
}
