import type { Row } from "../api/types";
import { Field } from "../components/field";
import { evenRows } from "./draft";

interface RowsFieldsProps {
  rows: Row[];
  error?: string;
  onChange: (rows: Row[]) => void;
}

/** Rows of the same length with two numbers; single rows can be made longer or shorter below. */
export function RowsFields({ rows, error, onChange }: RowsFieldsProps) {
  const longest = Math.max(...rows.map((row) => row.seats));
  return (
    <div className="stack">
      <div className="field-row">
        <Field label="Rows" error={error}>
          {(control) => <input {...control} type="number" min={1} max={60} value={rows.length} onChange={(event) => onChange(evenRows(within(event.target.value, 60), longest))} />}
        </Field>
        <Field label="Seats in a row">
          {(control) => <input {...control} type="number" min={1} max={80} value={longest} onChange={(event) => onChange(evenRows(rows.length, within(event.target.value, 80)))} />}
        </Field>
      </div>
      <details className="rows-detail">
        <summary>Rows of different length</summary>
        <ul>
          {rows.map((row) => (
            <li key={row.label}>
              <label>
                <span>{row.label}</span>
                <input
                  type="number" min={1} max={80} value={row.seats} aria-label={`Seats in row ${row.label}`}
                  onChange={(event) => onChange(rows.map((other) => other === row ? { ...row, seats: within(event.target.value, 80) } : other))}
                />
              </label>
            </li>
          ))}
        </ul>
      </details>
      <div className="rows-preview" aria-hidden="true">
        {rows.map((row) => <span key={row.label} style={{ inlineSize: `${(row.seats / longest) * 100}%`, backgroundSize: `${100 / row.seats}% 100%` }} />)}
      </div>
    </div>
  );
}

function within(text: string, most: number): number {
  return Math.min(most, Math.max(1, Math.trunc(Number(text)) || 1));
}
