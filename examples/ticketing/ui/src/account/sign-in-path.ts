import { currentPath } from "../routing/history";

/** The sign-in page, told where the visitor is now so that he comes back. */
export function signInPath(): string {
  return `/sign-in?next=${encodeURIComponent(currentPath())}`;
}
