import { usePages } from "../api/use-pages";
import type { Ticket } from "../api/types";
import { Button, ButtonLink } from "../components/button";
import { Empty } from "../components/empty";
import { Page } from "../components/page";
import { Problem } from "../components/problem";
import { Skeleton } from "../components/skeleton";
import { TicketCard } from "./ticket-card";

export function TicketsPage() {
  const { items, error, refetch, loadMore, loadingMore } = usePages<Ticket>("/api/tickets", ["me"]);
  return (
    <Page title="Tickets">
      {error && <Problem error={error} retry={refetch} />}
      {!items && !error && <Skeleton lines={3} height="12rem" />}
      {items?.length === 0 && (
        <Empty title="No tickets yet">
          <p>What you buy appears here, with the code for the door.</p>
          <ButtonLink to="/" weight="primary">See all events</ButtonLink>
        </Empty>
      )}
      <ul className="ticket-list">{items?.map((ticket) => <li key={ticket.id}><TicketCard ticket={ticket} /></li>)}</ul>
      {loadMore && <div className="load-more"><Button onClick={loadMore} busy={loadingMore}>Show more</Button></div>}
    </Page>
  );
}
