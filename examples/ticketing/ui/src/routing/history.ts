import { useSyncExternalStore } from "react";

const changed = "box-office:navigate";

/** Goes to a path of this site without loading a page. */
export function navigate(to: string, options: { replace?: boolean } = {}): void {
  const before = location.pathname;
  if (options.replace) history.replaceState(null, "", to);
  else history.pushState(null, "", to);

  if (location.pathname !== before) scrollTo(0, 0);
  dispatchEvent(new Event(changed));
}

/** The path of this page, with its query string and without its origin. */
export function currentPath(): string {
  return location.pathname + location.search;
}

/** The current path and query; the component renders again when either changes. */
export function useLocation(): URL {
  const path = useSyncExternalStore(subscribe, currentPath);
  return new URL(path, location.origin);
}

function subscribe(notify: () => void): () => void {
  addEventListener("popstate", notify);
  addEventListener(changed, notify);
  return () => {
    removeEventListener("popstate", notify);
    removeEventListener(changed, notify);
  };
}

/** Keeps a path only when it stays on this site; anything else becomes the start page. */
export function localPath(path: string | null): string {
  if (!path?.startsWith("/")) return "/";
  const url = new URL(path, location.origin);
  return url.origin === location.origin ? url.pathname + url.search : "/";
}
