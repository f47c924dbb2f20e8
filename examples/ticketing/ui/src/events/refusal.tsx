import type { ProblemError } from "@composable-go/client";
import { signInPath } from "../account/sign-in-path";
import { Notice } from "../components/notice";
import { Problem } from "../components/problem";
import { Link } from "../routing/link";

/** Why the seats could not be held, in words that say what to do next. */
export function Refusal({ error }: { error: ProblemError }) {
  switch (error.code) {
    case "insufficient_inventory":
      return <TooFew available={Number(error.details.available ?? 0)} />;
    case "seat_taken":
      return <SeatsTaken seats={Array.isArray(error.details.seats) ? error.details.seats.map(String) : []} />;
    case "not_on_sale":
      return <Notice tone="warn" title="Not on sale right now"><p>Sales have closed, or there is no price today. Nothing was reserved.</p></Notice>;
    case "quota_exceeded":
      return <Notice tone="warn" title="That would be more than 8 seats"><p>Seats you hold or own at this event count too.</p></Notice>;
    case "unauthenticated":
      return <Notice tone="warn" title="Please sign in first"><p><Link to={signInPath()}>Sign in</Link>, then choose again: nothing was reserved yet.</p></Notice>;
    default:
      return <Problem error={error} />;
  }
}

function TooFew({ available }: { available: number }) {
  if (available === 0) return <Notice tone="warn" title="Sold out a moment ago"><p>Unpaid seats come back after five minutes; the number here changes by itself.</p></Notice>;
  return (
    <Notice tone="warn" title={available === 1 ? "Only 1 is left" : `Only ${available} are left`}>
      <p>Nothing was reserved. Choose fewer, or another section.</p>
    </Notice>
  );
}

/** Seats that somebody else got while the visitor was choosing. */
export function SeatsTaken({ seats }: { seats: string[] }) {
  const which = seats.length > 0 ? seats.join(", ") : "A seat";
  return (
    <Notice tone="warn" title={`${which} ${seats.length > 1 ? "have" : "has"} just been taken`}>
      <p>Somebody was a moment faster. Please choose again.</p>
    </Notice>
  );
}
