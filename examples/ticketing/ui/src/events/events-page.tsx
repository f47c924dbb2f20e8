import { type ReactNode, useDeferredValue } from "react";
import { usePages } from "../api/use-pages";
import type { BoxOfficeEvent } from "../api/types";
import { Button } from "../components/button";
import { Empty } from "../components/empty";
import { Page } from "../components/page";
import { Problem } from "../components/problem";
import { Skeleton } from "../components/skeleton";
import { navigate, useLocation } from "../routing/history";
import { EventRow } from "./event-row";
import { Filters } from "./filters";
import { Hero } from "./hero";
import "./events.css";

export function EventsPage() {
  const { searchParams } = useLocation();
  const filter = { q: searchParams.get("q") ?? "", status: searchParams.get("status") ?? "" };
  const asked = useDeferredValue(queryOf(filter));

  return (
    <Page title="Events" heading={<Hero />}>
      <Filters {...filter} onChange={(next) => navigate(`/${queryOf(next)}`, { replace: true })} />
      <EventList key={asked} path={`/api/events${asked}`} filtered={asked !== ""} />
    </Page>
  );
}

function queryOf(filter: { q: string; status: string }): string {
  const query = new URLSearchParams(Object.entries(filter).filter(([, value]) => value !== ""));
  return query.size > 0 ? `?${query}` : "";
}

function EventList({ path, filtered }: { path: string; filtered: boolean }) {
  const { items, error, refetch, loadMore, loadingMore } = usePages<BoxOfficeEvent>(path);
  if (!items) return error ? <Problem error={error} retry={refetch} /> : <Skeleton lines={5} height="6.5rem" />;
  if (items.length === 0) return <NoEvents filtered={filtered} />;
  return (
    <div className="stack">
      <p className="only-heard" role="status">{items.length} events shown</p>
      <ul className="board">{items.map((event) => <li key={event.id}><EventRow event={event} /></li>)}</ul>
      {error && <Problem error={error} />}
      {loadMore && <div className="load-more"><Button onClick={loadMore} busy={loadingMore}>Show more</Button></div>}
    </div>
  );
}

function NoEvents({ filtered }: { filtered: boolean }): ReactNode {
  if (!filtered) return <Empty title="Nothing on the board yet"><p>New events appear here as soon as an organiser publishes them.</p></Empty>;
  return (
    <Empty title="No event fits">
      <p>Try fewer letters, or look at all events.</p>
      <Button onClick={() => navigate("/", { replace: true })}>Show all events</Button>
    </Empty>
  );
}
