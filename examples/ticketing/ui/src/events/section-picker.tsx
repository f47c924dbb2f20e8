import { useState } from "react";
import type { Availability, BoxOfficeEvent, Section } from "../api/types";
import { TierBadge } from "../components/badge";
import { formatMoney } from "../format/money";
import { useHolds } from "../holds/holds-provider";
import { GeneralSale } from "./general-sale";
import { NumberedSale } from "./numbered-sale";

interface SectionPickerProps {
  event: BoxOfficeEvent;
  availability: Availability[] | undefined;
}

/** The sections as tickets to choose from, and below them the sale of the chosen one. */
export function SectionPicker({ event, availability }: SectionPickerProps) {
  const { all } = useHolds();
  const asked = all.findLast(({ wish }) => wish.event_id === event.id)?.wish.section; // known late, after a reload
  const [picked, setName] = useState<string>();
  const name = picked ?? asked ?? event.sections[0]?.name;
  const sections = event.sections.map((section) => withLiveNumbers(section, availability));
  const chosen = sections.find((section) => section.name === name);
  const Sale = chosen?.kind === "numbered" ? NumberedSale : GeneralSale;

  return (
    <div className="stack">
      <fieldset>
        <legend className="only-heard">Section</legend>
        <div className="sections">
          {sections.map((section) => (
            <label key={section.name} className="section-choice">
              <input type="radio" name="section" checked={section.name === name} onChange={() => setName(section.name)} />
              <SectionStub section={section} currency={event.currency} />
            </label>
          ))}
        </div>
      </fieldset>
      {chosen && <Sale key={chosen.name} event={event} section={chosen} />}
    </div>
  );
}

function SectionStub({ section, currency }: { section: Section; currency: string }) {
  return (
    <span className="section-stub">
      <span className="section-name">{section.name}</span>
      <span className="section-price figures">{section.price_cents == null ? "No price today" : formatMoney(section.price_cents, currency)}</span>
      <span className="section-left figures">
        {section.available > 0 ? `${section.available} of ${section.capacity} free` : "Sold out"}
      </span>
      <TierBadge tier={section.tier} />
    </span>
  );
}

function withLiveNumbers(section: Section, availability: Availability[] | undefined): Section {
  const live = availability?.find((item) => item.section === section.name);
  return live ? { ...section, available: live.available, price_cents: live.price_cents, tier: live.tier } : section;
}
