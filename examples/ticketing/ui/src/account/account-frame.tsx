import type { ReactNode } from "react";
import { Page } from "../components/page";
import { Link } from "../routing/link";
import { useLocation } from "../routing/history";
import "./account.css";

const pages: [string, string][] = [
  ["/account", "Profile"],
  ["/account/security", "Security"],
];

/** A page of the account, with the way to the others. */
export function AccountFrame({ title, children }: { title: string; children: ReactNode }) {
  const { pathname } = useLocation();
  const heading = (
    <div className="account-head">
      <h1>{title}</h1>
      <nav aria-label="Account" className="tabs">
        {pages.map(([path, name]) => (
          <Link key={path} to={path} aria-current={pathname === path ? "page" : undefined}>{name}</Link>
        ))}
      </nav>
    </div>
  );
  return <Page title={title} heading={heading}><div className="settings-list">{children}</div></Page>;
}
