import { signIn } from "@composable-go/client/auth";
import { useClient, useCommand } from "@composable-go/client/react";
import { type FormEvent, useState } from "react";
import { useSite } from "../api/site";
import { useEvery } from "../api/use-every";
import { Button } from "../components/button";
import { Field } from "../components/field";
import { Notice } from "../components/notice";
import { Page } from "../components/page";
import { Problem } from "../components/problem";
import { codeError } from "./code-error";
import { useFreshSession } from "./use-fresh-session";

/** Milliseconds after which the page looks again whether the link was used in another window. */
const lookEvery = 3_000;

/** Waits for the link to be used: in this browser, or on another device, which then tells a code. */
export function LinkSent({ email, again }: { email: string; again: () => void }) {
  const site = useSite();
  const { session } = useClient();
  useFreshSession();
  useEvery(lookEvery, () => void session.refresh().catch(() => {}));
  return (
    <Page title="Check your mail" narrow>
      <div className="card stack">
        <Notice tone="good" title="A link is on its way">
          <p>We wrote to <strong>{email}</strong>. Open the link, on any device; it works once and for a short time.</p>
        </Notice>
        {site.dev && <p>This is a development server: no mail leaves it. <a href="/dev/mailbox">Open the mailbox</a> to read it.</p>}
        <CodeForm again={again} />
      </div>
      <div className="cluster">
        <Button onClick={again}>Use another address</Button>
        <p className="small quiet">Nothing there? Look among the spam, or have another link sent: only the newest works.</p>
      </div>
    </Page>
  );
}

/** Lets this browser in when the link was opened on another device. */
function CodeForm({ again }: { again: () => void }) {
  const [code, setCode] = useState("");
  const enter = useCommand((client, digits: string) => signIn.code(client, digits));
  const wrong = codeError(enter.error);

  function submit(event: FormEvent) {
    event.preventDefault();
    void enter.run(code);
  }

  return (
    <form className="stack" onSubmit={submit}>
      <Field label="Code" hint="Opened the link on another device? It shows six digits there; type them here." error={wrong}>
        {(control) => (
          <input
            {...control} className="code" name="code" required inputMode="numeric" autoComplete="one-time-code" pattern="[0-9]{6}"
            title="Six digits" maxLength={6} placeholder="······" value={code}
            onChange={(event) => setCode(event.target.value.replaceAll(/\D/g, ""))}
          />
        )}
      </Field>
      {enter.error && !wrong && <Problem error={enter.error} />}
      {enter.error?.code === "invalid_token"
        ? <Button onClick={again}>Ask for a new link</Button>
        : <Button type="submit" busy={enter.status === "pending"}>Sign in with the code</Button>}
    </form>
  );
}
