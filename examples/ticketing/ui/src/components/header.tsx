import { useSession } from "@composable-go/client/react";
import { isAdmin } from "../account/is-admin";
import { useSite } from "../api/site";
import { Link, NavLink } from "../routing/link";
import "./header.css";

export function Header() {
  const { session } = useSession();
  const site = useSite();
  return (
    <header className="header">
      <div className="header-inner">
        <Link to="/" className="brand">
          <svg viewBox="0 0 40 22" aria-hidden="true">
            <path d="M1 1h38v6a4 4 0 0 0 0 8v6H1v-6a4 4 0 0 0 0-8z" fill="currentColor" />
            <path d="M13 4v14" stroke="var(--livery)" strokeWidth="1.75" strokeDasharray="2 2" />
            <circle cx="26" cy="11" r="4" fill="#d98f16" />
          </svg>
          <span>{site.name}</span>
        </Link>
        <nav aria-label="Main" className="nav">
          <NavLink to="/">Events</NavLink>
          <NavLink to="/tickets">Tickets</NavLink>
          <NavLink to="/orders">Orders</NavLink>
          <NavLink to="/organise">Organise</NavLink>
          {isAdmin(session) && <NavLink to="/admin">Admin</NavLink>}
        </nav>
        <div className="header-self">
          {site.dev && <a href="/dev/mailbox" className="dev-link">Mailbox</a>}
          {session
            ? <NavLink to="/account" title={session.user.email} aria-label={`Account of ${session.user.email}`}>Account</NavLink>
            : <NavLink to="/sign-in" className={session === undefined ? "nav-unsure" : undefined}>Sign in</NavLink>}
        </div>
      </div>
    </header>
  );
}
