import { usePendingCommands } from "@composable-go/client/react";
import { type Line, useLine } from "../api/line";
import { HoldNews } from "../holds/hold-news";
import { useHolds } from "../holds/holds-provider";
import { checkoutPath, eventPath } from "../paths";
import { useLocation } from "../routing/history";
import { Link } from "../routing/link";
import "./banner.css";

const words: Record<Exclude<Line, "up">, string> = {
  offline: "You are offline.",
  lost: "Connection lost.",
  stopped: "Live updates have stopped. Reload the page.",
};

/** What a visitor should know on any page: how the line is, what waits for it, and what became of it elsewhere. */
export function Banner() {
  const line = useLine();
  const { pathname } = useLocation();
  const { all, forget } = useHolds();
  const elsewhere = all.filter(({ id, wish }) => ![eventPath(wish.event_id), checkoutPath(id)].includes(pathname));
  return (
    <div className="banners" role="status">
      {line !== "up" && <p className="banner banner-warn">{words[line]} {line !== "stopped" && <Meanwhile />}</p>}
      {elsewhere.map((hold) => <HoldNews key={hold.id} hold={hold} onSeen={() => forget(hold)} />)}
    </div>
  );
}

/** Says what that means: for a hold that waits, with a way to it; for other commands; for what is on the page. */
function Meanwhile() {
  const { length } = usePendingCommands();
  const { pathname } = useLocation();
  const { all } = useHolds();
  const hold = all.find(({ stage }) => stage === "sending");
  const path = hold && eventPath(hold.wish.event_id);
  if (length === 0) return "Numbers may be old.";
  return (
    <>
      {length > 1 ? `${length} changes wait.` : hold ? "Your hold waits." : "Your change waits."}
      {path && path !== pathname && <> <Link to={path}>See it</Link></>}
    </>
  );
}
