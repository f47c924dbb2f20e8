import { useFetch } from "@composable-go/client/react";
import type { BoxOfficeEvent } from "../api/types";
import { ButtonLink } from "../components/button";
import { NotFound } from "../components/not-found";
import { Page } from "../components/page";
import { Problem } from "../components/problem";
import { Skeleton } from "../components/skeleton";
import { EventHeading } from "../events/event-heading";
import "../events/event-page.css";
import { LiveNumbers } from "./live-numbers";
import { NextSteps } from "./next-steps";
import "./organise.css";

export function ManagePage({ id }: { id: string }) {
  const path = `/api/events/${encodeURIComponent(id)}`;
  const { data: event, error, refetch } = useFetch<BoxOfficeEvent>(path, { topics: [`event:${id}`] });

  if (!event && error?.status === 404) return <NotFound />;
  if (!event) {
    return (
      <Page title="Organise" heading={<Skeleton lines={1} height="6rem" />}>
        {error ? <Problem error={error} retry={refetch} /> : <Skeleton lines={2} height="10rem" />}
      </Page>
    );
  }
  return (
    <Page title={`Organise ${event.title}`} heading={<EventHeading event={event} />}>
      <NextSteps event={event} onChange={refetch} />
      <LiveNumbers event={event} />
      <div><ButtonLink to={`/events/${event.id}`}>See the page as a visitor</ButtonLink></div>
    </Page>
  );
}
