import { useCommand, useSession } from "@composable-go/client/react";
import { Button } from "../components/button";
import { Problem } from "../components/problem";
import { navigate } from "../routing/history";
import { AccountFrame } from "./account-frame";
import { AddressForm } from "./address-form";
import { OwnData } from "./own-data";
import { NameForm } from "./name-form";
import { Settings } from "./settings";
import { useFreshSession } from "./use-fresh-session";

export function AccountPage() {
  const { session } = useSession();
  useFreshSession(); // the address changes in another window
  if (!session) return null;
  const { name, email, roles } = session.user;
  return (
    <AccountFrame title="Your account">
      <Settings title="You" about={<>Signed in as <strong>{email}</strong>{roles.length > 0 && ` (${roles.join(", ")})`}.</>}>
        <NameForm name={name} />
        <SignOut />
      </Settings>
      <Settings title="E-mail address" about="Where your tickets and sign-in links go.">
        <AddressForm email={email} />
      </Settings>
      <OwnData />
    </AccountFrame>
  );
}

function SignOut() {
  const { signOut } = useSession();
  const leave = useCommand(async () => {
    await signOut();
    navigate("/");
  });
  return (
    <>
      {leave.error && <Problem error={leave.error} />}
      <div><Button busy={leave.status === "pending"} onClick={() => void leave.run()}>Sign out</Button></div>
    </>
  );
}
