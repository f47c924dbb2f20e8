import { useCommand } from "@composable-go/client/react";
import { type FormEvent, useState } from "react";
import { flushSync } from "react-dom";
import type { BoxOfficeEvent, NewEvent } from "../api/types";
import { Button } from "../components/button";
import { Notice } from "../components/notice";
import { Page } from "../components/page";
import { Problem } from "../components/problem";
import { navigate } from "../routing/history";
import { BasicsFields } from "./basics-fields";
import { emptyDraft, emptySection, toNewEvent, type DraftErrors, type SectionDraft } from "./draft";
import { PriceHelper } from "./price-helper";
import { SectionFields } from "./section-fields";
import "./organise.css";

const localZone = Intl.DateTimeFormat().resolvedOptions().timeZone;

export function NewEventPage() {
  const [opened] = useState(() => new Date());
  const [draft, setDraft] = useState(() => emptyDraft(opened, localZone));
  const [tried, setTried] = useState(false);
  const result = toNewEvent(draft, opened);
  const create = useCommand(async (client, event: NewEvent) => {
    const made = await client.post<BoxOfficeEvent>("/api/events", event);
    navigate(`/organise/${made.id}`);
  });
  const wrong: DraftErrors = { ...create.error?.fields, ...(tried && "errors" in result ? result.errors : {}) };

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    if ("event" in result) return void create.run(result.event);
    const form = event.currentTarget;
    flushSync(() => setTried(true));
    form.querySelector<HTMLElement>("[aria-invalid]")?.focus();
  }

  function setSection(key: number, change: Partial<SectionDraft>) {
    setDraft({ ...draft, sections: draft.sections.map((section) => section.key === key ? { ...section, ...change } : section) });
  }

  return (
    <Page title="New event">
      <form className="new-event" onSubmit={submit} noValidate>
        <BasicsFields draft={draft} errors={wrong} onChange={(change) => setDraft({ ...draft, ...change })} />
        <section className="stack" aria-labelledby="sections-heading">
          <h2 id="sections-heading">Sections</h2>
          {draft.sections.map((section, i) => (
            <SectionFields
              key={section.key} section={section} at={`sections.${i}`} currency={draft.currency} errors={wrong}
              onChange={(change) => setSection(section.key, change)}
              onRemove={draft.sections.length > 1 ? () => setDraft({ ...draft, sections: draft.sections.filter((other) => other !== section) }) : undefined}
            />
          ))}
          <div>
            <Button onClick={() => setDraft({ ...draft, sections: [...draft.sections, emptySection(nextKey(draft.sections))] })}>
              Add a section
            </Button>
          </div>
        </section>
        <PriceHelper draft={draft} onChange={(change) => setDraft({ ...draft, ...change })} />
        {create.error && <Problem error={create.error} />}
        {Object.keys(wrong).length > 0 && <Notice tone="bad" title="Not everything is filled in"><p>Please look at the fields marked above.</p></Notice>}
        <div className="cluster">
          <Button type="submit" weight="primary" busy={create.status === "pending"}>Save as a draft</Button>
          <p className="small quiet">Nobody sees it until you publish.</p>
        </div>
      </form>
    </Page>
  );
}

function nextKey(sections: SectionDraft[]): number {
  return Math.max(...sections.map((section) => section.key)) + 1;
}
