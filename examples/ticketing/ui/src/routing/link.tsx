import type { AnchorHTMLAttributes, MouseEvent } from "react";
import { navigate, useLocation } from "./history";

type LinkProps = Omit<AnchorHTMLAttributes<HTMLAnchorElement>, "href"> & { to: string };

/** An ordinary link that stays in the page; new tabs and downloads are left to the browser. */
export function Link({ to, onClick, children, ...rest }: LinkProps) {
  function follow(event: MouseEvent<HTMLAnchorElement>) {
    onClick?.(event);
    const elsewhere = event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey;
    if (event.defaultPrevented || elsewhere) return;
    event.preventDefault();
    navigate(to);
  }
  return <a href={to} onClick={follow} {...rest}>{children}</a>;
}

/** A link of the navigation, marked while the visitor is below it. */
export function NavLink({ to, ...rest }: LinkProps) {
  const { pathname } = useLocation();
  const here = to === "/" ? pathname === "/" || pathname.startsWith("/events/") : pathname.startsWith(to);
  return <Link to={to} aria-current={here ? "page" : undefined} {...rest} />;
}
