import { useEffect, useState } from "react";
import { Field } from "../components/field";

interface FiltersProps {
  q: string;
  status: string;
  onChange: (filter: { q: string; status: string }) => void;
}

const statuses = [["", "All"], ["SalesOpen", "On sale"], ["Published", "On sale soon"], ["SalesClosed", "Sales closed"], ["Completed", "Past"]];
const typingPause = 250;

export function Filters({ q, status, onChange }: FiltersProps) {
  const [text, setText] = useState(q);
  const [asked, setAsked] = useState(q);
  if (q !== asked) {
    setAsked(q);
    setText(q);
  }

  useEffect(() => {
    if (text === q) return;
    const timer = setTimeout(() => onChange({ q: text, status }), typingPause);
    return () => clearTimeout(timer);
  });

  return (
    <search className="filters">
      <Field label="Search">
        {(control) => (
          <input
            {...control} type="search" placeholder="Title or venue" enterKeyHint="search" value={text}
            onChange={(event) => setText(event.target.value)}
          />
        )}
      </Field>
      <fieldset>
        <legend className="field-label">Show</legend>
        <div className="filter-choices">
          {statuses.map(([value, words]) => (
            <label key={value} className="filter-choice">
              <input type="radio" name="status" checked={status === value} onChange={() => onChange({ q: text, status: value ?? "" })} />
              <span>{words}</span>
            </label>
          ))}
        </div>
      </fieldset>
    </search>
  );
}
