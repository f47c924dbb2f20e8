import { useConnectionState, useSession } from "@composable-go/client/react";
import { useState } from "react";
import { Button } from "../components/button";
import { Notice } from "../components/notice";
import { currentPath } from "../routing/history";
import { SignIn } from "./sign-in";
import { useFreshSession } from "./use-fresh-session";

/** Whether the session that this page began with was ended elsewhere: in another window, or from another device. */
export function useSignedOut(): boolean {
  const { session } = useSession();
  const stopped = useConnectionState() === "closed";
  const [wasSignedIn, setWasSignedIn] = useState(false);
  if (session && !wasSignedIn) setWasSignedIn(true);
  return wasSignedIn && stopped && session === null;
}

/** Takes the page's place when its session is gone; signing in leads back to it. */
export function SignedOut() {
  const { signOut } = useSession();
  useFreshSession();

  return (
    <SignIn title="You have been signed out" next={currentPath()}>
      <Notice tone="warn" title="Your session was ended">
        <p>In another window or from another device. What you hold and own is safe: sign in, and you come back here.</p>
        <Button onClick={() => void signOut()}>Just look around</Button>
      </Notice>
    </SignIn>
  );
}
