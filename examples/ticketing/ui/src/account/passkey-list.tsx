import { type PasskeyList as Passkeys, usePasskeys } from "@composable-go/client/auth/react";
import { Button } from "../components/button";
import { alone } from "./alone";
import { PasskeyOutcome } from "./passkey-outcome";
import { PasskeyRow } from "./passkey-row";
import { Settings } from "./settings";
import { SettingsList } from "./settings-list";

export function PasskeyList() {
  const passkeys = usePasskeys();
  const { add, rename, remove } = passkeys;
  return (
    <Settings title="Passkeys" about="Sign in by unlocking your device. A passkey also confirms what cannot be taken back.">
      <SettingsList
        of={passkeys} keyOf={({ id }) => id} problem={add.error ?? rename.error ?? remove.error}
        empty="No passkey yet. With one you sign in without waiting for mail, and nobody can trick you out of it."
      >
        {(passkey) => <PasskeyRow passkey={passkey} rename={alone(rename, add, remove)} remove={alone(remove, add, rename)} />}
      </SettingsList>
      <Added by={add} />
      <div><Button weight="primary" busy={add.status === "pending"} onClick={() => void alone(add, rename, remove).run()}>Add a passkey</Button></div>
    </Settings>
  );
}

function Added({ by: { status, data } }: { by: Passkeys["add"] }) {
  if (typeof data === "string") return <PasskeyOutcome of={data} instead="Try again when you like." />;
  return <p role="status" className="done">{status === "success" && `${data?.name} was added`}</p>;
}
