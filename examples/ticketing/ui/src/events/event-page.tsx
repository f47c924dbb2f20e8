import { useFetch } from "@composable-go/client/react";
import type { ReactNode } from "react";
import type { BoxOfficeEvent } from "../api/types";
import { ButtonLink } from "../components/button";
import { Empty } from "../components/empty";
import { Notice } from "../components/notice";
import { Page } from "../components/page";
import { Problem } from "../components/problem";
import { Skeleton } from "../components/skeleton";
import { EventHeading } from "./event-heading";
import { SectionPicker } from "./section-picker";
import { useAvailability } from "./use-availability";
import "./event-page.css";

export function EventPage({ id }: { id: string }) {
  const path = `/api/events/${encodeURIComponent(id)}`;
  const { data: event, error, refetch } = useFetch<BoxOfficeEvent>(path, { topics: [`event:${id}`] });
  const { sections } = useAvailability(id);

  if (!event && error?.status === 404) return <UnknownEvent />;
  if (!event) return <Waiting>{error && <Problem error={error} retry={refetch} />}</Waiting>;
  return (
    <Page title={event.title} heading={<EventHeading event={event} />}>
      <SalesNotice event={event} />
      <SectionPicker event={event} availability={sections} />
      {event.description && (
        <section className="event-about">
          <h2>About the event</h2>
          <p>{event.description}</p>
        </section>
      )}
    </Page>
  );
}

/** Why nothing can be bought, where nothing can. */
function SalesNotice({ event }: { event: BoxOfficeEvent }) {
  switch (event.status) {
    case "Draft":
      return <Notice title="Only you can see this draft"><p>Publish it when it is ready.</p></Notice>;
    case "Published":
      return <Notice tone="warn" title="Not on sale yet"><p>The seats are ready. This page changes by itself when sales open.</p></Notice>;
    case "SalesClosed":
      return <Notice tone="warn" title="Sales are closed"><p>They may open again; this page would tell you.</p></Notice>;
    case "Completed":
      return <Notice title="This event is over" />;
    case "Cancelled":
      return <Notice tone="bad" title="This event is cancelled"><p>{event.reason ? `${event.reason} ` : ""}Whoever paid gets the whole amount back.</p></Notice>;
    case "SalesOpen":
      return null;
  }
}

function Waiting({ children }: { children: ReactNode }) {
  return (
    <Page title="Event" heading={<Skeleton lines={1} height="6rem" />}>
      {children || <Skeleton lines={2} height="12rem" />}
    </Page>
  );
}

function UnknownEvent() {
  return (
    <Page title="Unknown event">
      <Empty title="This event is not on our board">
        <p>It may have been withdrawn, or the link was cut short.</p>
        <ButtonLink to="/" weight="primary">See all events</ButtonLink>
      </Empty>
    </Page>
  );
}
