import { devices as ofUser } from "@composable-go/client/auth";
import { useDevices } from "@composable-go/client/auth/react";
import { useCommand, useSession } from "@composable-go/client/react";
import { Badge } from "../components/badge";
import { Button } from "../components/button";
import { formatDate, formatShort } from "../format/when";
import { AskFirst } from "./ask-first";
import { Settings } from "./settings";
import { SettingsList } from "./settings-list";

export function DeviceList() {
  const devices = useDevices();
  const { signOut } = useSession();
  const { trust, remove } = devices;

  // Who has this very device forgotten is signed out with it, and has no list any more.
  const leave = useCommand(async (client, id: string) => {
    await ofUser.remove(client, id);
    await signOut();
  });

  return (
    <Settings title="Devices" about="Browsers that you signed in from. From one that you trust, signing in never looks suspicious.">
      <SettingsList of={devices} keyOf={({ id }) => id} problem={trust.error ?? remove.error ?? leave.error}>
        {({ id, name, trust: trusted, first_seen_at: first, last_seen_at: last, current }) => (
          <>
            <div className="stack-tight">
              <h3>{name || "Unknown device"}</h3>
              <p className="small quiet">First seen {formatDate(first)} · last sign-in {formatShort(last)}</p>
              <div className="cluster">
                <Badge of={trusted} />
                {current && <span className="this-device">This device</span>}
              </div>
            </div>
            <div className="cluster">
              {trusted !== "trusted" && (
                <Button
                  busy={trust.status === "pending" && trust.variables === id} onClick={() => void trust.run(id)}
                  aria-label={`Trust ${name || "unknown device"}`}
                >
                  Trust
                </Button>
              )}
              <AskFirst
                label="Remove" of={name || "unknown device"} title={`Remove ${name || "this device"}?`} confirm="Yes, remove it"
                busy={remove.status === "pending" && remove.variables === id} onConfirm={() => void (current ? leave : remove).run(id)}
              >
                <p>It is signed out{current && ", and you with it: it is the one in your hands"}. The next sign-in there counts as one from a new device.</p>
              </AskFirst>
            </div>
          </>
        )}
      </SettingsList>
    </Settings>
  );
}
