import { signIn } from "@composable-go/client/auth";
import { SignedIn, SignedOut, usePasskeySignIn, useProviders } from "@composable-go/client/auth/react";
import { useClient, useCommand, useSession } from "@composable-go/client/react";

export function Account() {
  const { session, signOut } = useSession();
  return (
    <>
      <SignedIn>
        <button onClick={() => signOut()}>Sign out {session?.user.name}</button>
      </SignedIn>
      <SignedOut>
        <SignIn />
      </SignedOut>
    </>
  );
}

function SignIn() {
  const client = useClient();
  const link = useCommand(signIn.magicLink);
  const passkey = usePasskeySignIn({ autofill: true });
  const providers = useProviders();
  const error = passkey.error ?? link.error;

  if (link.status === "success") return <EnterCode />;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void link.run({ email: String(new FormData(event.currentTarget).get("email")) });
      }}
    >
      <input name="email" type="email" autoComplete="username webauthn" aria-label="E-mail" />
      <button>Send me a link</button>
      <button type="button" onClick={() => passkey.run()}>Use a passkey</button>
      {providers.data?.map(({ name, title }) => (
        <button key={name} type="button" onClick={() => signIn.oauth(client, { provider: name })}>{title}</button>
      ))}
      {error && <p role="alert">{error.message}</p>}
    </form>
  );
}

/** For those who open the link on another device, where it shows six digits. */
function EnterCode() {
  const code = useCommand(signIn.code);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void code.run(String(new FormData(event.currentTarget).get("code")));
      }}
    >
      <p>Open the link that we have sent you, or type the code that it shows:</p>
      <input name="code" inputMode="numeric" autoComplete="one-time-code" aria-label="Code" />
      <button>Sign in</button>
      {code.error?.code === "wrong_code" && <p role="alert">That is another code</p>}
    </form>
  );
}
