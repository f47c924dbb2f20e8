import type { ProblemError } from "@composable-go/client";
import { account } from "@composable-go/client/auth";
import { usePasskeys, useStepUp } from "@composable-go/client/auth/react";
import { useCommand, useSession } from "@composable-go/client/react";
import { Button } from "../components/button";
import { Confirm } from "../components/confirm";
import { Notice } from "../components/notice";
import { Problem } from "../components/problem";
import { navigate } from "../routing/history";
import { signInPath } from "./sign-in-path";

/** Deletes the account. The server wants to know that it is its owner who does: by a passkey, or by a fresh sign-in. */
export function DeleteAccount({ onClose }: { onClose: () => void }) {
  const { signOut } = useSession();
  const passkeys = usePasskeys();
  const has = (passkeys.data?.length ?? 0) > 0;
  const erase = useStepUp(
    async (client) => {
      await account.erase(client);
      navigate("/goodbye");
      await signOut();
    },
    () => ({ action: "auth.Erase", arguments: {} }),
  );
  return (
    <Confirm
      title="Delete your account?" confirm="Yes, delete everything" keep="Keep it" busy={erase.status === "pending"}
      onConfirm={() => void erase.run()} onClose={onClose}
    >
      <p>Your name and address, devices and passkeys go, and with them your orders and the way to your tickets. This cannot be taken back.</p>
      {has && <p>You will be asked for your passkey.</p>}
      {erase.error && <Refused error={erase.error} hasPasskey={has} />}
    </Confirm>
  );
}

function Refused({ error, hasPasskey }: { error: ProblemError; hasPasskey: boolean }) {
  if (error.code !== "step_up_required" && error.code !== "no_passkey") return <Problem error={error} />;
  return (
    <Notice tone="warn" title="Nothing was deleted">
      <p>{hasPasskey
        ? "You did not confirm it with your passkey. Try again; or, if the passkey is lost, sign in again and remove it first."
        : "You signed in a while ago. Sign in again, so that we know it is you, and then delete the account."}
      </p>
      <SignInAgain />
    </Notice>
  );
}

function SignInAgain() {
  const { signOut } = useSession();
  const leave = useCommand(async () => {
    navigate(signInPath("/account"));
    await signOut();
  });
  return <Button busy={leave.status === "pending"} onClick={() => void leave.run()}>Sign in again</Button>;
}
