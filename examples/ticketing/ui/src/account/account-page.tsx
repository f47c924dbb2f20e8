import { useCommand, useFetch, useSession } from "@composable-go/client/react";
import type { SignInSession } from "../api/types";
import { Button } from "../components/button";
import { Page } from "../components/page";
import { Problem } from "../components/problem";
import { Skeleton } from "../components/skeleton";
import { formatShort } from "../format/when";
import { navigate } from "../routing/history";
import "./account.css";

export function AccountPage() {
  const { session, signOut } = useSession();
  const leave = useCommand(async () => {
    await signOut();
    navigate("/");
  });
  return (
    <Page title="Account" narrow>
      <section className="card spread">
        <div className="stack-tight">
          {session?.user.name && <h2>{session.user.name}</h2>}
          <p className={session?.user.name ? "quiet" : "account-email"}>{session?.user.email}</p>
          {session && session.user.roles.length > 0 && <p className="small quiet">{session.user.roles.join(", ")}</p>}
        </div>
        <Button busy={leave.status === "pending"} onClick={() => void leave.run(undefined)}>Sign out</Button>
      </section>
      {leave.error && <Problem error={leave.error} />}
      <SignInSessions />
    </Page>
  );
}

function SignInSessions() {
  const sessions = useFetch<{ items: SignInSession[] }>("/auth/sessions");
  const revoke = useCommand(async (client, id: string) => {
    await client.delete(`/auth/sessions/${encodeURIComponent(id)}`);
    sessions.refetch();
  });
  const items = sessions.data?.items;

  return (
    <section className="stack" aria-labelledby="sessions-title">
      <h2 id="sessions-title">Where you are signed in</h2>
      {sessions.error && <Problem error={sessions.error} retry={sessions.refetch} />}
      {revoke.error && <Problem error={revoke.error} />}
      {!items && !sessions.error && <Skeleton lines={2} height="4.5rem" />}
      <ul className="plain-list">
        {items?.map((item) => (
          <li key={item.id} className="card spread">
            <div className="stack-tight">
              <h3>{item.device || "Unknown device"}</h3>
              <p className="small quiet">Since {formatShort(item.created_at)} · last seen {formatShort(item.last_seen_at)}</p>
            </div>
            {item.current
              ? <span className="this-device">This device</span>
              : (
                <Button
                  busy={revoke.status === "pending" && revoke.variables === item.id} onClick={() => void revoke.run(item.id)}
                  aria-label={`Sign out ${item.device || "unknown device"}`}
                >
                  Sign out
                </Button>
              )}
          </li>
        ))}
      </ul>
    </section>
  );
}
