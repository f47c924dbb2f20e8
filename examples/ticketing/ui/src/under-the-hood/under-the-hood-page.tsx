import { useFetch } from "@composable-go/client/react";
import { useState } from "react";
import type { History } from "../api/types";
import { useEvery } from "../api/use-every";
import { NotFound } from "../components/not-found";
import { Page } from "../components/page";
import { Problem } from "../components/problem";
import { Skeleton } from "../components/skeleton";
import { Link } from "../routing/link";
import { isUnderWay } from "./effects";
import { Timeline } from "./timeline";
import { TimeTravel } from "./time-travel";
import { versionsOf } from "./versions";
import "./under-the-hood.css";

/** Effects end without an event that this page would hear of. */
const lookEvery = 2000;

export function UnderTheHoodPage({ id }: { id: string }) {
  // No purchase has more decisions than fit on one page.
  const path = `/api/reservations/${encodeURIComponent(id)}/history?limit=100`;
  const { data, error, refetch } = useFetch<History>(path, { topics: [`reservation:${id}`] });
  useEvery(data && isUnderWay(data.items) ? lookEvery : null, refetch);

  if (!data && error?.status === 404) return <NotFound />;
  return (
    <Page title="Under the hood" heading={<Heading id={id} />}>
      {error && <Problem error={error} retry={refetch} />}
      {!data && !error && <Skeleton lines={4} height="8rem" />}
      {data && <Inside id={id} history={data} />}
    </Page>
  );
}

function Heading({ id }: { id: string }) {
  return (
    <div className="stack-tight">
      <p><Link to={`/checkout/${encodeURIComponent(id)}`}>Back to the order</Link></p>
      <h1>Under the hood</h1>
      <p className="quiet hood-words">
        Every action that was decided about this purchase, the events it recorded, and the effects that came of it. Any
        version of its state can be looked at again.
      </p>
    </div>
  );
}

function Inside({ id, history }: { id: string; history: History }) {
  const [chosen, setChosen] = useState<number>();
  const versions = versionsOf(history.items);
  const shown = versions.find(({ version }) => version === chosen) ?? versions.at(-1);
  if (!shown) return null;
  const isLive = shown === versions.at(-1);

  /** Whoever looks at the newest version goes on with it. */
  const travel = (version: number) => setChosen(version === versions.at(-1)?.version ? undefined : version);
  return (
    <div className="hood">
      <TimeTravel id={id} versions={versions} shown={shown} isLive={isLive} onTravel={travel} />
      <Timeline history={history} shown={shown} isLive={isLive} onTravel={travel} />
    </div>
  );
}
