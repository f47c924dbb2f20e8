import { useCommand } from "@composable-go/client/react";
import { type FormEvent, useState } from "react";
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
  const [draft, setDraft] = useState(() => emptyDraft(new Date(), localZone));
  const [errors, setErrors] = useState<DraftErrors>({});
  const create = useCommand(async (client, event: NewEvent) => {
    const made = await client.post<BoxOfficeEvent>("/api/events", event);
    navigate(`/organise/${made.id}`);
  });
  const wrong = { ...errors, ...create.error?.fields };

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const result = toNewEvent(draft, new Date());
    setErrors("errors" in result ? result.errors : {});
    if ("event" in result) void create.run(result.event);
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
