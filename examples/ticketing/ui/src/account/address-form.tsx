import { account } from "@composable-go/client/auth";
import { useCommand } from "@composable-go/client/react";
import { type FormEvent, useState } from "react";
import { useSite } from "../api/site";
import { Button } from "../components/button";
import { Field } from "../components/field";
import { Notice } from "../components/notice";
import { Problem } from "../components/problem";

/** Changes the address, once whoever reads its mail agrees. */
export function AddressForm({ email: known }: { email: string }) {
  const [email, setEmail] = useState("");
  const ask = useCommand((client, wanted: string) => account.changeEmail(client, wanted));

  function submit(event: FormEvent) {
    event.preventDefault();
    void ask.run(email.trim());
  }

  const asked = ask.status === "success" && ask.variables !== known;
  return (
    <form className="card stack" onSubmit={submit}>
      <p className="account-email">{known}</p>
      <Field label="New e-mail address" error={ask.error?.fields.email}>
        {(control) => (
          <input
            {...control} type="email" name="email" required autoComplete="email" inputMode="email" spellCheck={false}
            value={email} onChange={(event) => setEmail(event.target.value)}
          />
        )}
      </Field>
      {ask.error && !ask.error.fields.email && <Problem error={ask.error} />}
      {asked && <Asked email={ask.variables ?? ""} />}
      <div><Button type="submit" busy={ask.status === "pending"}>Change address</Button></div>
    </form>
  );
}

function Asked({ email }: { email: string }) {
  const site = useSite();
  return (
    <Notice tone="good" title="One more step">
      <p>We wrote to <strong>{email}</strong>. Your address stays as it is until you open the link of that mail in this browser and press its button.</p>
      {site.dev && <p><a href="/dev/mailbox">Open the mailbox</a> of this development server to read it.</p>}
    </Notice>
  );
}
