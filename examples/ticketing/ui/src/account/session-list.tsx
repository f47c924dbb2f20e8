import { useSessions } from "@composable-go/client/auth/react";
import { Button } from "../components/button";
import { formatShort } from "../format/when";
import { alone } from "./alone";
import { Settings } from "./settings";
import { SettingsList } from "./settings-list";

export function SessionList() {
  const sessions = useSessions();
  const { revoke, revokeOthers } = sessions;
  const others = sessions.data?.some(({ current }) => !current);
  return (
    <Settings title="Where you are signed in" about="Something you do not know? Sign it out here; it takes effect at once.">
      <SettingsList of={sessions} keyOf={({ id }) => id} problem={revoke.error ?? revokeOthers.error}>
        {({ id, device, place, created_at: since, last_seen_at: seen, current }) => (
          <>
            <div className="stack-tight">
              <h3>{device || "Unknown device"}</h3>
              <p className="small quiet">{place && `${place} · `}Since {formatShort(since)} · last seen {formatShort(seen)}</p>
            </div>
            {current
              ? <span className="this-device">This device</span>
              : (
                <Button
                  busy={revoke.status === "pending" && revoke.variables === id} onClick={() => void alone(revoke, revokeOthers).run(id)}
                  aria-label={`Sign out ${device || "unknown device"}`}
                >
                  Sign out
                </Button>
              )}
          </>
        )}
      </SettingsList>
      {others && (
        <div><Button busy={revokeOthers.status === "pending"} onClick={() => void alone(revokeOthers, revoke).run()}>Sign out everywhere else</Button></div>
      )}
    </Settings>
  );
}
