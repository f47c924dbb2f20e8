import { useFetch } from "@composable-go/client/react";
import { useState } from "react";
import type { Page, ReadModel } from "../api/types";
import { useEvery } from "../api/use-every";
import { Notice } from "../components/notice";
import { Problem } from "../components/problem";
import { Skeleton } from "../components/skeleton";
import { lookEvery } from "./look-every";
import { ReadModelRow } from "./read-model-row";

/** How far each read model is behind, and what gets one going that stands still. */
export function ReadModels() {
  const { data, error, refetch } = useFetch<Page<ReadModel>>("/api/admin/projections");
  useEvery(lookEvery, refetch);
  const [done, setDone] = useState<string>();

  function settle(what: string) {
    setDone(what);
    refetch();
  }

  return (
    <section className="card stack" aria-labelledby="read-models-title">
      <h2 id="read-models-title">Read models</h2>
      {done && <Notice tone="good" title={done} />}
      {error && <Problem error={error} retry={refetch} />}
      {!data && !error && <Skeleton lines={4} height="2.5rem" />}
      <ul className="read-models">
        {data?.items.map((model) => <li key={model.name}><ReadModelRow model={model} onOrdered={settle} /></li>)}
      </ul>
      <p className="small quiet">A rebuild applies the whole log anew, beside what serves, and takes its place when it is done.</p>
    </section>
  );
}
