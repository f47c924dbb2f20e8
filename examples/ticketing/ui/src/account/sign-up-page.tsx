import { type PasskeySignUp, signUp } from "@composable-go/client/auth";
import { useCommand, useSession } from "@composable-go/client/react";
import { type FormEvent, useState } from "react";
import { Button } from "../components/button";
import { Field } from "../components/field";
import { Page } from "../components/page";
import { Problem } from "../components/problem";
import { Link } from "../routing/link";
import { PasskeyOutcome } from "./passkey-outcome";
import { AlreadySignedIn } from "./sign-in-page";
import { signInPath } from "./sign-in-path";
import { useNext } from "./use-next";

/** Makes an account whose first way in is a passkey. */
export function SignUpPage() {
  const { session } = useSession();
  const next = useNext();
  if (session) return <AlreadySignedIn email={session.user.email} next={next} />;
  return (
    <Page title="Create an account" narrow>
      <p className="quiet">With a passkey: you unlock this device as you always do, and that signs you in. Nothing to remember, nothing to be stolen.</p>
      <SignUpForm />
      <p>Have you been here before? <Link to={signInPath(next)}>Sign in</Link></p>
    </Page>
  );
}

function SignUpForm() {
  const [email, setEmail] = useState("");
  const [name, setName] = useState("");
  const create = useCommand((client, about: PasskeySignUp) => signUp.passkey(client, about));

  function submit(event: FormEvent) {
    event.preventDefault();
    void create.run({ email: email.trim(), name: name.trim() || undefined });
  }

  return (
    <form className="card stack" onSubmit={submit}>
      <Field label="E-mail address" hint="Your tickets go there." error={create.error?.fields.email}>
        {(control) => (
          <input
            {...control} type="email" name="email" required autoComplete="email" inputMode="email" spellCheck={false}
            value={email} onChange={(event) => setEmail(event.target.value)}
          />
        )}
      </Field>
      <Field label="Name (if you like)" error={create.error?.fields.name}>
        {(control) => (
          <input {...control} name="name" autoComplete="name" maxLength={100} value={name} onChange={(event) => setName(event.target.value)} />
        )}
      </Field>
      {create.error && Object.keys(create.error.fields).length === 0 && <Problem error={create.error} />}
      {typeof create.data === "string" && <PasskeyOutcome of={create.data} instead="Try again, or sign in by mail; that makes an account too." />}
      <Button type="submit" weight="primary" busy={create.status === "pending"}>Create my passkey</Button>
    </form>
  );
}
