import { Field } from "../components/field";
import type { DraftErrors, EventDraft } from "./draft";

interface BasicsFieldsProps {
  draft: EventDraft;
  errors: DraftErrors;
  onChange: (change: Partial<EventDraft>) => void;
}

const zones = Intl.supportedValuesOf("timeZone");
const currencies = ["EUR", "CHF", "GBP", "USD", "SEK", "JPY"];

export function BasicsFields({ draft, errors, onChange }: BasicsFieldsProps) {
  return (
    <section className="card stack" aria-label="The event">
      <Field label="Title" error={errors.title}>
        {(control) => <input {...control} required maxLength={200} value={draft.title} onChange={(event) => onChange({ title: event.target.value })} />}
      </Field>
      <Field label="Description" error={errors.description}>
        {(control) => <textarea {...control} maxLength={5000} value={draft.description} onChange={(event) => onChange({ description: event.target.value })} />}
      </Field>
      <div className="field-row">
        <Field label="Starts" error={errors.starts_at}>
          {(control) => <input {...control} type="datetime-local" required value={draft.startsAt} onChange={(event) => onChange({ startsAt: event.target.value })} />}
        </Field>
        <Field label="Ends" error={errors.ends_at}>
          {(control) => <input {...control} type="datetime-local" required value={draft.endsAt} onChange={(event) => onChange({ endsAt: event.target.value })} />}
        </Field>
        <Field label="Time zone of the venue" error={errors.timezone}>
          {(control) => (
            <select {...control} value={draft.timezone} onChange={(event) => onChange({ timezone: event.target.value })}>
              {!zones.includes(draft.timezone) && <option>{draft.timezone}</option>}
              {zones.map((zone) => <option key={zone}>{zone}</option>)}
            </select>
          )}
        </Field>
      </div>
      <div className="field-row">
        <Field label="Venue" error={errors["venue.name"] ?? errors.venue}>
          {(control) => <input {...control} required value={draft.venueName} onChange={(event) => onChange({ venueName: event.target.value })} />}
        </Field>
        <Field label="Address" error={errors["venue.address"]}>
          {(control) => <input {...control} autoComplete="street-address" value={draft.venueAddress} onChange={(event) => onChange({ venueAddress: event.target.value })} />}
        </Field>
        <Field label="Currency" error={errors.currency}>
          {(control) => (
            <select {...control} value={draft.currency} onChange={(event) => onChange({ currency: event.target.value })}>
              {currencies.map((currency) => <option key={currency}>{currency}</option>)}
            </select>
          )}
        </Field>
      </div>
    </section>
  );
}
