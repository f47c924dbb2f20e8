import { AccountFrame } from "./account-frame";
import { ConnectedAccounts } from "./connected-accounts";
import { DeviceList } from "./device-list";
import { PasskeyList } from "./passkey-list";
import { SessionList } from "./session-list";

/** How the account is entered, and from where. */
export function SecurityPage() {
  return (
    <AccountFrame title="Security">
      <PasskeyList />
      <ConnectedAccounts />
      <SessionList />
      <DeviceList />
    </AccountFrame>
  );
}
