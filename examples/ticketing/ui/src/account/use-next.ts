import { useSession } from "@composable-go/client/react";
import { useEffect, useState } from "react";
import { localPath, navigate, useLocation } from "../routing/history";

/** Where the visitor goes on after signing in; goes there at once when that happens while the page is shown. */
export function useNext(): string {
  const { session } = useSession();
  const [wasVisitor, setWasVisitor] = useState(false);
  if (session === null && !wasVisitor) setWasVisitor(true);
  const next = localPath(useLocation().searchParams.get("next"));
  const goesOn = wasVisitor && session !== null;

  useEffect(() => {
    if (goesOn) navigate(next, { replace: true });
  }, [goesOn, next]);
  return next;
}
