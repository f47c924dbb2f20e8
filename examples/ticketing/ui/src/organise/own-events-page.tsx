import { usePages } from "../api/use-pages";
import type { BoxOfficeEvent } from "../api/types";
import { Button, ButtonLink } from "../components/button";
import { Empty } from "../components/empty";
import { Page } from "../components/page";
import { Problem } from "../components/problem";
import { Skeleton } from "../components/skeleton";
import { EventRow } from "../events/event-row";
import "../events/events.css";

export function OwnEventsPage() {
  const { items, error, refetch, loadMore, loadingMore } = usePages<BoxOfficeEvent>("/api/events?owner=me");
  return (
    <Page
      title="Organise"
      heading={<div className="spread"><h1>Organise</h1><ButtonLink to="/organise/new" weight="primary">New event</ButtonLink></div>}
    >
      {error && <Problem error={error} retry={refetch} />}
      {!items && !error && <Skeleton lines={3} height="6.5rem" />}
      {items?.length === 0 && <Empty title="No events of yours yet"><p>Make a draft: nobody sees it until you publish.</p></Empty>}
      {items && items.length > 0 && (
        <ul className="board">{items.map((event) => <li key={event.id}><EventRow event={event} to={`/organise/${event.id}`} /></li>)}</ul>
      )}
      {loadMore && <div className="load-more"><Button onClick={loadMore} busy={loadingMore}>Show more</Button></div>}
    </Page>
  );
}
