import { usePages } from "../api/use-pages";
import type { Order } from "../api/types";
import { Button, ButtonLink } from "../components/button";
import { Empty } from "../components/empty";
import { Page } from "../components/page";
import { Problem } from "../components/problem";
import { Skeleton } from "../components/skeleton";
import { OrderRow } from "./order-row";
import "./orders.css";

export function OrdersPage() {
  const { items, error, refetch, loadMore, loadingMore } = usePages<Order>("/api/reservations", ["me"]);
  return (
    <Page title="Orders">
      {error && <Problem error={error} retry={refetch} />}
      {!items && !error && <Skeleton lines={4} height="6rem" />}
      {items?.length === 0 && (
        <Empty title="Nothing ordered yet">
          <p>Every purchase you begin is listed here, with how it ended.</p>
          <ButtonLink to="/" weight="primary">See all events</ButtonLink>
        </Empty>
      )}
      <ul className="plain-list">
        {items?.map((order) => <li key={order.id}><OrderRow order={order} onChange={refetch} /></li>)}
      </ul>
      {loadMore && <div className="load-more"><Button onClick={loadMore} busy={loadingMore}>Show more</Button></div>}
    </Page>
  );
}
