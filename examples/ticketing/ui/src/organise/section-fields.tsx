import { Button } from "../components/button";
import { Field } from "../components/field";
import { seatCount, type DraftErrors, type SectionDraft } from "./draft";
import { RowsFields } from "./rows-fields";

interface SectionFieldsProps {
  section: SectionDraft;
  /** Where this section's fields lie in the errors, such as "sections.0". */
  at: string;
  currency: string;
  errors: DraftErrors;
  onChange: (change: Partial<SectionDraft>) => void;
  onRemove?: () => void;
}

export function SectionFields({ section, at, currency, errors, onChange, onRemove }: SectionFieldsProps) {
  return (
    <fieldset className="card stack">
      <legend className="only-heard">Section {section.name}</legend>
      <div className="field-row">
        <Field label="Name" error={errors[`${at}.name`]}>
          {(control) => <input {...control} required maxLength={60} value={section.name} onChange={(event) => onChange({ name: event.target.value })} />}
        </Field>
        <Field label="Kind">
          {(control) => (
            <select {...control} value={section.kind} onChange={(event) => onChange({ kind: event.target.value === "general" ? "general" : "numbered" })}>
              <option value="numbered">Numbered seats</option>
              <option value="general">Free choice of place</option>
            </select>
          )}
        </Field>
        <Field label={`Regular price in ${currency}`} error={errors[`${at}.price`]}>
          {(control) => <input {...control} required inputMode="decimal" placeholder="45.00" value={section.price} onChange={(event) => onChange({ price: event.target.value })} />}
        </Field>
      </div>
      {section.kind === "numbered"
        ? <RowsFields rows={section.rows} error={errors[`${at}.capacity`]} onChange={(rows) => onChange({ rows })} />
        : (
          <Field label="Capacity" error={errors[`${at}.capacity`]}>
            {(control) => <input {...control} type="number" min={1} max={100_000} value={section.capacity} onChange={(event) => onChange({ capacity: event.target.value })} />}
          </Field>
        )}
      <div className="spread">
        <p className="quiet figures">{seatCount(section).toLocaleString()} places</p>
        {onRemove && <Button onClick={onRemove}>Remove this section</Button>}
      </div>
    </fieldset>
  );
}
