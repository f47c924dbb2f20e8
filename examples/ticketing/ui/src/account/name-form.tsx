import { account } from "@composable-go/client/auth";
import { useCommand } from "@composable-go/client/react";
import { type FormEvent, useState } from "react";
import { Button } from "../components/button";
import { Field } from "../components/field";
import { Problem } from "../components/problem";

/** What the user goes by. */
export function NameForm({ name: known }: { name: string }) {
  const [name, setName] = useState(known);
  const save = useCommand((client, wanted: string) => account.rename(client, wanted));

  function submit(event: FormEvent) {
    event.preventDefault();
    void save.run(name.trim());
  }

  function change(typed: string) {
    setName(typed);
    save.reset();
  }

  return (
    <form className="card stack" onSubmit={submit}>
      <Field label="Name" error={save.error?.fields.name}>
        {(control) => (
          <input {...control} name="name" required autoComplete="name" maxLength={100} value={name} onChange={(event) => change(event.target.value)} />
        )}
      </Field>
      {save.error && !save.error.fields.name && <Problem error={save.error} />}
      <div className="cluster">
        <Button type="submit" weight="primary" busy={save.status === "pending"}>Save</Button>
        <p role="status" className="done">{save.status === "success" && "Saved"}</p>
      </div>
    </form>
  );
}
