import { useClient } from "@composable-go/client/react";
import { useEffect } from "react";

/** Asks who is signed in whenever the visitor comes back to this window: another one may have changed that. */
export function useFreshSession(): void {
  const { session } = useClient();
  useEffect(() => {
    const look = () => void session.refresh().catch(() => {});
    addEventListener("focus", look);
    return () => removeEventListener("focus", look);
  }, [session]);
}
