import { useSession } from "@composable-go/client/react";
import { ButtonLink } from "../components/button";
import { Page } from "../components/page";
import { SignIn } from "./sign-in";
import { useNext } from "./use-next";

export function SignInPage() {
  const { session } = useSession();
  const next = useNext();
  if (session) return <AlreadySignedIn email={session.user.email} next={next} />;
  return <SignIn title="Sign in" next={next} />;
}

/** For who comes to a page of signing in and is signed in. */
export function AlreadySignedIn({ email, next }: { email: string; next: string }) {
  return (
    <Page title="You are signed in" narrow>
      <div className="card stack">
        <p>As <strong>{email}</strong>.</p>
        <div><ButtonLink to={next} weight="primary">Go on</ButtonLink></div>
      </div>
    </Page>
  );
}
