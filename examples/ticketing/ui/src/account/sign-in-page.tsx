import { signIn } from "@composable-go/client/auth";
import { useCommand, useSession } from "@composable-go/client/react";
import { type FormEvent, type ReactNode, useState } from "react";
import { useSite } from "../api/site";
import { Button, ButtonLink } from "../components/button";
import { Field } from "../components/field";
import { Notice } from "../components/notice";
import { Page } from "../components/page";
import { Problem } from "../components/problem";
import { localPath, useLocation } from "../routing/history";

export function SignInPage() {
  const { session } = useSession();
  const next = localPath(useLocation().searchParams.get("next"));
  if (session) return <SignedIn email={session.user.email} next={next} />;
  return <SignIn title="Sign in" next={next} />;
}

interface SignInProps {
  title: string;
  /** Where the link in the mail leads. */
  next: string;
  /** Said above the form. */
  children?: ReactNode;
}

/** Asks for an address, and says that a link has been sent there. */
export function SignIn({ title, next, children }: SignInProps) {
  const [email, setEmail] = useState("");
  const send = useCommand(signIn.magicLink);

  function submit(event: FormEvent) {
    event.preventDefault();
    void send.run({ email: email.trim(), redirectTo: next });
  }

  if (send.status === "success") return <LinkSent email={send.variables?.email ?? ""} again={send.reset} />;
  return (
    <Page title={title} narrow>
      {children}
      <p className="quiet">No password. We send you a link that signs you in once; new here or not makes no difference.</p>
      <form className="card stack" onSubmit={submit}>
        <Field label="E-mail address" error={send.error?.fields.email}>
          {(control) => (
            <input
              {...control} type="email" name="email" required autoComplete="email" inputMode="email" spellCheck={false}
              value={email} onChange={(event) => setEmail(event.target.value)}
            />
          )}
        </Field>
        {send.error && !send.error.fields.email && <Problem error={send.error} />}
        <Button type="submit" weight="primary" busy={send.status === "pending"}>Send me a link</Button>
      </form>
    </Page>
  );
}

function LinkSent({ email, again }: { email: string; again: () => void }) {
  const site = useSite();
  return (
    <Page title="Check your mail" narrow>
      <div className="card stack">
        <Notice tone="good" title="A link is on its way">
          <p>We wrote to <strong>{email}</strong>. Open the link on this device; it works once and for a short time.</p>
        </Notice>
        {site.dev && <p>This is a development server: no mail leaves it. <a href="/dev/mailbox">Open the mailbox</a> to read it.</p>}
        <div><Button onClick={again}>Use another address</Button></div>
      </div>
    </Page>
  );
}

function SignedIn({ email, next }: { email: string; next: string }) {
  return (
    <Page title="You are signed in" narrow>
      <div className="card stack">
        <p>As <strong>{email}</strong>.</p>
        <div><ButtonLink to={next} weight="primary">Go on</ButtonLink></div>
      </div>
    </Page>
  );
}
