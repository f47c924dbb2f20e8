import type { Session } from "@composable-go/client";

export function isAdmin(session: Session | null | undefined): boolean {
  return session?.user.roles.includes("admin") ?? false;
}
