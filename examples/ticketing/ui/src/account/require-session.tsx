import { useSession } from "@composable-go/client/react";
import type { ReactNode } from "react";
import { Empty } from "../components/empty";
import { ButtonLink } from "../components/button";
import { Page } from "../components/page";
import { Skeleton } from "../components/skeleton";
import { signInPath } from "./sign-in-path";

/** Shows what is below to somebody who is signed in, and the way to sign in to everybody else. */
export function RequireSession({ children }: { children: ReactNode }) {
  const { session } = useSession();
  if (session) return children;
  if (session === undefined) return <Page title="One moment" heading={<Skeleton lines={1} height="2.5rem" />}><Skeleton lines={4} /></Page>;
  return (
    <Page title="Sign in">
      <Empty title="This page is yours alone">
        <p>Sign in with your e-mail address to see it. You come back here afterwards.</p>
        <ButtonLink to={signInPath()} weight="primary">Sign in</ButtonLink>
      </Empty>
    </Page>
  );
}
