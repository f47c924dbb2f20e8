import { type ReactNode, useId } from "react";

interface SettingsProps {
  title: string;
  /** What this is about, in a sentence or two. */
  about: ReactNode;
  children: ReactNode;
}

/** One concern of the account: what it is about beside what there is and can be done. */
export function Settings({ title, about, children }: SettingsProps) {
  const id = useId();
  return (
    <section className="settings" aria-labelledby={id}>
      <div className="stack-tight settings-about">
        <h2 id={id}>{title}</h2>
        <p className="small quiet">{about}</p>
      </div>
      <div className="stack">{children}</div>
    </section>
  );
}
