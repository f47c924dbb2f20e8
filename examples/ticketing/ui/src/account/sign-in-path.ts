import { currentPath } from "../routing/history";

/** The sign-in page, told where to go on afterwards: by default where the visitor is now. */
export function signInPath(next = currentPath()): string {
  return `/sign-in?next=${encodeURIComponent(next)}`;
}

/** The page that makes an account with a passkey, told the same. */
export function signUpPath(next: string): string {
  return `/sign-up?next=${encodeURIComponent(next)}`;
}
