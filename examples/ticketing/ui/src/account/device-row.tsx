import type { Device } from "@composable-go/client/auth";
import type { DeviceList } from "@composable-go/client/auth/react";
import { Badge } from "../components/badge";
import { Button } from "../components/button";
import { formatDate, formatShort } from "../format/when";
import { AskFirst } from "./ask-first";

interface DeviceRowProps extends Pick<DeviceList, "trust" | "remove"> {
  device: Device;
}

export function DeviceRow({ device, trust, remove }: DeviceRowProps) {
  const { id, current } = device;
  const name = device.name || "Unknown device";
  return (
    <>
      <div className="stack-tight">
        <h3>{name}</h3>
        <p className="small quiet">First seen {formatDate(device.first_seen_at)} · last sign-in {formatShort(device.last_seen_at)}</p>
        <div className="cluster">
          <Badge of={device.trust} />
          {current && <span className="this-device">This device</span>}
        </div>
      </div>
      <div className="cluster">
        {device.trust !== "trusted" && (
          <Button busy={trust.status === "pending" && trust.variables === id} onClick={() => void trust.run(id)} aria-label={`Trust ${name}`}>
            Trust
          </Button>
        )}
        <AskFirst
          label="Remove" of={name} title={`Remove ${name}?`} confirm="Yes, remove it"
          busy={remove.status === "pending" && remove.variables === id} onConfirm={() => void remove.run(id)}
        >
          <p>It is signed out{current && ", and you with it: it is the one in your hands"}. The next sign-in there counts as one from a new device.</p>
        </AskFirst>
      </div>
    </>
  );
}
