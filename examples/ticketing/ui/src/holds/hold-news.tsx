import { useQuery } from "@composable-go/client/react";
import { checkoutPath, eventPath } from "../paths";
import { Link } from "../routing/link";
import type { Hold } from "./hold";

/** What became of a hold while the visitor was on another page. */
export function HoldNews({ hold, onSeen }: { hold: Hold; onSeen: () => void }) {
  if (hold.stage === "held") return <SeatsHeld id={hold.id} onSeen={onSeen} />;
  if (hold.stage !== "refused") return null;
  return <p className="banner banner-warn">Your seats could not be held. <Link to={eventPath(hold.wish.event_id)}>See why</Link></p>;
}

/** True only as long as it is worth saying. */
function SeatsHeld({ id, onSeen }: { id: string; onSeen: () => void }) {
  const { data } = useQuery("reservation", { id });
  if (data?.status !== "SeatsHeld") return null;
  return <p className="banner banner-good">Your seats are held. <Link to={checkoutPath(id)} onClick={onSeen}>Pay for them</Link></p>;
}
