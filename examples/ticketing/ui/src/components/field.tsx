import { type ReactNode, useId } from "react";
import "./field.css";

interface FieldProps {
  label: string;
  hint?: string;
  error?: string;
  /** Draws the control; the attributes tie it to its label, hint and error. */
  children: (control: { id: string; "aria-describedby"?: string; "aria-invalid"?: true }) => ReactNode;
}

export function Field({ label, hint, error, children }: FieldProps) {
  const id = useId();
  const described = error || hint ? { "aria-describedby": `${id}-note` } : {};
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      {children({ id, ...described, ...(error ? { "aria-invalid": true as const } : {}) })}
      {(error || hint) && <p id={`${id}-note`} className={error ? "field-error" : "field-hint"}>{error ?? hint}</p>}
    </div>
  );
}
