import { signIn } from "@composable-go/client/auth";
import { useCommand, useSession } from "@composable-go/client/react";

export function Account() {
  const { session, signOut } = useSession();
  if (session === undefined) return null; // not known yet
  return session ? <button onClick={() => signOut()}>Sign out {session.user.name}</button> : <SignIn />;
}

function SignIn() {
  const link = useCommand(signIn.magicLink);
  if (link.status === "success") return <p>We have written to {link.variables?.email}</p>;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void link.run({ email: String(new FormData(event.currentTarget).get("email")) });
      }}
    >
      <input name="email" type="email" aria-label="E-mail" />
      <button>Sign in</button>
    </form>
  );
}

/** The page that the link leads to. */
export function useVerify() {
  return useCommand(signIn.token);
}
