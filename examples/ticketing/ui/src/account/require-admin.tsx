import { useSession } from "@composable-go/client/react";
import type { ReactNode } from "react";
import { ButtonLink } from "../components/button";
import { Empty } from "../components/empty";
import { Page } from "../components/page";
import { isAdmin } from "./is-admin";
import { RequireSession } from "./require-session";

/** Shows what is below to administrators only. The server refuses others anyway; here they learn why. */
export function RequireAdmin({ children }: { children: ReactNode }) {
  const { session } = useSession();
  return <RequireSession>{isAdmin(session) ? children : <StaffOnly />}</RequireSession>;
}

function StaffOnly() {
  return (
    <Page title="Admin">
      <Empty title="Staff only">
        <p>This page is for the administrators of the box office, who are named when it is started.</p>
        <ButtonLink to="/" weight="primary">See all events</ButtonLink>
      </Empty>
    </Page>
  );
}
