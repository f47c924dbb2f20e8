import { useFetch } from "@composable-go/client/react";
import { useRef, useState } from "react";
import type { DeadLetter, Page } from "../api/types";
import { useEvery } from "../api/use-every";
import { Empty } from "../components/empty";
import { Notice } from "../components/notice";
import { Problem } from "../components/problem";
import { Skeleton } from "../components/skeleton";
import { DeadLetterCard } from "./dead-letter-card";
import { lookEvery } from "./look-every";

/** Effects that failed for the last time, the newest first. */
export function DeadLetters() {
  const { data, error, refetch } = useFetch<Page<DeadLetter>>("/api/admin/dead-letters");
  useEvery(lookEvery, refetch);
  const [done, setDone] = useState<string>();
  const title = useRef<HTMLHeadingElement>(null);

  /** The card with the button is about to go, so the focus goes where the list begins. */
  function settle(what: string) {
    setDone(what);
    title.current?.focus();
    refetch();
  }

  return (
    <section className="stack" aria-labelledby="dead-letters-title">
      <h2 id="dead-letters-title" ref={title} tabIndex={-1}>Dead letters</h2>
      <p className="quiet admin-words">
        Work that failed for good or once too often. It waits here until somebody has mended the cause and tries it again,
        or decides that it is not needed any more.
      </p>
      {done && <Notice tone="good" title={done} />}
      {error && <Problem error={error} retry={refetch} />}
      {!data && !error && <Skeleton lines={2} height="9rem" />}
      {data?.items.length === 0 && <Empty title="Nothing was given up"><p>Every effect was carried out, or is still being tried.</p></Empty>}
      <ul className="plain-list">
        {data?.items.map((letter) => <li key={letter.id}><DeadLetterCard letter={letter} onSettled={settle} /></li>)}
      </ul>
    </section>
  );
}
