import { signIn } from "@composable-go/client/auth";
import { type PasskeyCommand, useProviders } from "@composable-go/client/auth/react";
import { useClient } from "@composable-go/client/react";
import { Button } from "../components/button";
import { Problem } from "../components/problem";
import { PasskeyOutcome } from "./passkey-outcome";

interface OtherWaysProps {
  passkey: PasskeyCommand;
  /** Where whoever comes back from a provider goes on. */
  next: string;
}

/** To sign in without mail: with a passkey, or an account elsewhere. */
export function OtherWays({ passkey, next }: OtherWaysProps) {
  const client = useClient();
  const providers = useProviders();
  return (
    <>
      <p className="or">or</p>
      <div className="stack-buttons">
        <Button busy={passkey.status === "pending"} onClick={() => void passkey.run()}>Sign in with a passkey</Button>
        {providers.data?.map(({ name, title }) => (
          <Button key={name} onClick={() => signIn.oauth(client, { provider: name, redirectTo: next })}>Continue with {title}</Button>
        ))}
      </div>
      {passkey.error && <Problem error={passkey.error} />}
      {typeof passkey.data === "string" && <PasskeyOutcome of={passkey.data} instead="Try again, or have a link sent to you." />}
      {providers.error && <Problem error={providers.error} retry={providers.refetch} />}
    </>
  );
}
