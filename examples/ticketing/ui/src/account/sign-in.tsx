import { signIn } from "@composable-go/client/auth";
import { usePasskeySignIn } from "@composable-go/client/auth/react";
import { type Command, useCommand } from "@composable-go/client/react";
import { type FormEvent, type ReactNode, useState } from "react";
import { Button } from "../components/button";
import { Field } from "../components/field";
import { Page } from "../components/page";
import { Problem } from "../components/problem";
import { Link } from "../routing/link";
import { LinkSent } from "./link-sent";
import { OtherWays } from "./other-ways";
import { signUpPath } from "./sign-in-path";
import "./sign-in.css";

interface SignInProps {
  title: string;
  /** Where whoever has signed in goes on. */
  next: string;
  /** Said above the form. */
  children?: ReactNode;
}

/** All ways to sign in: a link by mail, a passkey, an account elsewhere. */
export function SignIn({ title, next, children }: SignInProps) {
  const send = useCommand(async (client, email: string) => {
    await signIn.magicLink(client, { email, redirectTo: next });
  });
  if (send.status === "success") return <LinkSent email={send.variables ?? ""} again={send.reset} />;
  return (
    <Page title={title} narrow>
      {children}
      <p className="quiet">No password. We send you a link that signs you in once; new here or not makes no difference.</p>
      <Ways send={send} next={next} />
      <p>
        Would you rather start without mail?{" "}
        <Link to={signUpPath(next)} className="nowrap">Create an account with a passkey</Link>
      </p>
    </Page>
  );
}

function Ways({ send, next }: { send: Command<string, void>; next: string }) {
  const passkey = usePasskeySignIn({ autofill: true });
  return (
    <div className="card stack">
      <AddressForm send={send} />
      <OtherWays passkey={passkey} next={next} />
    </div>
  );
}

/** What the browser offers in the field: the addresses that it knows, and passkeys. */
const offered = "username webauthn";

function AddressForm({ send }: { send: Command<string, void> }) {
  const [email, setEmail] = useState(send.variables ?? "");

  function submit(event: FormEvent) {
    event.preventDefault();
    void send.run(email.trim());
  }

  return (
    <form className="stack" onSubmit={submit}>
      <Field label="E-mail address" error={send.error?.fields.email}>
        {(control) => (
          <input
            {...control} type="email" name="email" required autoComplete={offered} inputMode="email" spellCheck={false}
            value={email} onChange={(event) => setEmail(event.target.value)}
          />
        )}
      </Field>
      {send.error && !send.error.fields.email && <Problem error={send.error} />}
      <Button type="submit" weight="primary" busy={send.status === "pending"}>Send me a link</Button>
    </form>
  );
}
