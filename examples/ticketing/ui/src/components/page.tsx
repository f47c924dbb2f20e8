import type { ReactNode } from "react";
import { useSite } from "../api/site";

interface PageProps {
  title: string;
  narrow?: boolean;
  /** Draws a heading of its own instead of the plain title. */
  heading?: ReactNode;
  children: ReactNode;
}

/** The frame of every screen: its heading, and its title in the browser's tab. */
export function Page({ title, narrow = false, heading, children }: PageProps) {
  const site = useSite();
  return (
    <div className={narrow ? "page page-narrow" : "page"}>
      <title>{`${title} · ${site.name}`}</title>
      {heading ?? <h1>{title}</h1>}
      {children}
    </div>
  );
}
