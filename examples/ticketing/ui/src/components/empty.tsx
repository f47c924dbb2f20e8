import type { ReactNode } from "react";
import "./empty.css";

/** A list with nothing in it: says so, and what to do about it. */
export function Empty({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <div className="empty">
      <svg viewBox="0 0 64 34" aria-hidden="true"><path d="M2 2h60v9a6 6 0 0 0 0 12v9H2v-9a6 6 0 0 0 0-12z" /><path d="M20 7v20" strokeDasharray="3 3" /></svg>
      <h2>{title}</h2>
      {children}
    </div>
  );
}
