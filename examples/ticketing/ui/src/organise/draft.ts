import type { NewEvent, NewSection, Row, SectionKind } from "../api/types";
import { parseMoney } from "../format/money";
import { instantToWallTime, wallTimeToInstant } from "../format/zone";
import { tiersOf } from "./tiers";

/** A section as it is typed in: texts, until the form is sent. */
export interface SectionDraft {
  key: number;
  name: string;
  kind: SectionKind;
  capacity: string;
  rows: Row[];
  price: string;
}

/** A new event as it is typed in; times are wall times at the venue. */
export interface EventDraft {
  title: string;
  description: string;
  startsAt: string;
  endsAt: string;
  timezone: string;
  currency: string;
  venueName: string;
  venueAddress: string;
  sections: SectionDraft[];
  earlyBird: boolean;
  lastMinute: boolean;
}

/** What is wrong, by field: `title`, `starts_at`, `sections.0.price`, … the server's names. */
export type DraftErrors = Record<string, string>;

const day = 24 * 60 * 60 * 1000;

/** A form to begin with: six weeks from now in the evening, one hall of ten rows. */
export function emptyDraft(now: Date, timezone: string): EventDraft {
  const date = instantToWallTime(new Date(now.getTime() + 42 * day), timezone).slice(0, 10);
  return {
    title: "", description: "", startsAt: `${date}T19:30`, endsAt: `${date}T22:00`, timezone, currency: "EUR",
    venueName: "", venueAddress: "", sections: [emptySection(1)], earlyBird: false, lastMinute: false,
  };
}

export function emptySection(key: number): SectionDraft {
  return { key, name: key === 1 ? "Stalls" : "", kind: "numbered", capacity: "200", rows: evenRows(8, 12), price: "" };
}

/** Rows of the same length, labelled A to Z, then AA. */
export function evenRows(count: number, seats: number): Row[] {
  return Array.from({ length: count }, (_, i) => ({ label: rowLabel(i), seats }));
}

function rowLabel(index: number): string {
  const letter = String.fromCharCode(65 + (index % 26));
  return index < 26 ? letter : rowLabel(Math.floor(index / 26) - 1) + letter;
}

export function seatCount(section: SectionDraft): number {
  return section.kind === "general" ? Number(section.capacity) || 0 : section.rows.reduce((sum, row) => sum + row.seats, 0);
}

/** The event to send, or what keeps it from being sent. The server decides in the end; this spares the round trip. */
export function toNewEvent(draft: EventDraft, now: Date): { event: NewEvent } | { errors: DraftErrors } {
  const errors: DraftErrors = {};
  const starts = wallTimeToInstant(draft.startsAt, draft.timezone);
  const ends = wallTimeToInstant(draft.endsAt, draft.timezone);
  if (draft.title.trim() === "") errors.title = "Give the event a title";
  if (draft.venueName.trim() === "") errors["venue.name"] = "Say where it takes place";
  if (!starts || starts <= now) errors.starts_at = "Choose a time in the future";
  if (!ends || (starts && ends <= starts)) errors.ends_at = "Choose a time after the start";

  const prices = draft.sections.map((section) => parseMoney(section.price, draft.currency));
  draft.sections.forEach((section, i) => Object.assign(errors, sectionErrors(draft, section, i, prices[i] ?? 0)));
  if (Object.keys(errors).length > 0 || !starts || !ends) return { errors };

  const priced = draft.sections.map((section, i) => ({ name: section.name.trim(), price: prices[i] ?? 0 }));
  return {
    event: {
      title: draft.title.trim(), description: draft.description.trim(),
      starts_at: starts.toISOString(), ends_at: ends.toISOString(),
      timezone: draft.timezone, currency: draft.currency,
      venue: { name: draft.venueName.trim(), address: draft.venueAddress.trim() },
      sections: draft.sections.map(toSection),
      tiers: priced.flatMap(({ name, price }) => tiersOf(name, price, { now, starts, ...draft })),
    },
  };
}

function sectionErrors(draft: EventDraft, section: SectionDraft, index: number, price: number): DraftErrors {
  const errors: DraftErrors = {};
  const at = (field: string) => `sections.${index}.${field}`;
  const name = section.name.trim();
  const seats = seatCount(section);
  const twin = draft.sections.findIndex((other) => other.name.trim().toLowerCase() === name.toLowerCase());
  if (name === "") errors[at("name")] = "Give the section a name";
  else if (twin < index) errors[at("name")] = "Another section has this name";
  if (price <= 0) errors[at("price")] = "A price such as 45 or 45.50";
  if (!Number.isInteger(seats) || seats < 1 || seats > 100_000) errors[at("capacity")] = "Between 1 and 100 000";
  return errors;
}

function toSection(section: SectionDraft): NewSection {
  const name = section.name.trim();
  if (section.kind === "general") return { name, kind: "general", capacity: Number(section.capacity) };
  return { name, kind: "numbered", rows: section.rows };
}
