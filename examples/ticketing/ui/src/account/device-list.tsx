import { devices as ofUser } from "@composable-go/client/auth";
import { useDevices } from "@composable-go/client/auth/react";
import { useCommand, useSession } from "@composable-go/client/react";
import { alone } from "./alone";
import { DeviceRow } from "./device-row";
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
    <Settings title="Devices" about="Browsers that you signed in from. Trust those that are yours: signing in there looks less suspicious.">
      <SettingsList of={devices} keyOf={({ id }) => id} problem={trust.error ?? remove.error ?? leave.error}>
        {(device) => (
          <DeviceRow
            device={device} trust={alone(trust, remove, leave)}
            remove={device.current ? alone(leave, trust, remove) : alone(remove, trust, leave)}
          />
        )}
      </SettingsList>
    </Settings>
  );
}
