import type { Passkey } from "@composable-go/client/auth";
import type { PasskeyList } from "@composable-go/client/auth/react";
import { type FormEvent, useState } from "react";
import { Badge } from "../components/badge";
import { Button } from "../components/button";
import { Field } from "../components/field";
import { formatDate, formatShort } from "../format/when";
import { AskFirst } from "./ask-first";

/** Has the keyboard go on where a form opens, and where it was when it closes. */
const focus = (shown: HTMLElement | null) => shown?.focus();

interface PasskeyRowProps extends Pick<PasskeyList, "rename" | "remove"> {
  passkey: Passkey;
}

export function PasskeyRow({ passkey, rename, remove }: PasskeyRowProps) {
  const [editing, setEditing] = useState<"not yet" | "now" | "before">("not yet");
  if (editing === "now") return <RenameForm passkey={passkey} rename={rename} onClose={() => setEditing("before")} />;
  return (
    <>
      <div className="stack-tight">
        <h3>{passkey.name}</h3>
        <p className="small quiet">
          Added {formatDate(passkey.created_at)} · {passkey.last_used_at ? `last used ${formatShort(passkey.last_used_at)}` : "never used"}
        </p>
        {passkey.synced && <div><Badge of="synced" /></div>}
      </div>
      <div className="cluster">
        <Button ref={editing === "before" ? focus : undefined} onClick={() => setEditing("now")} aria-label={`Rename ${passkey.name}`}>
          Rename
        </Button>
        <AskFirst
          label="Remove" of={passkey.name} title={`Remove ${passkey.name}?`} confirm="Yes, remove it"
          busy={remove.status === "pending" && remove.variables === passkey.id} onConfirm={() => void remove.run(passkey.id)}
        >
          <p>It does not sign you in any more. Where the browser can, it is deleted from the device too.</p>
        </AskFirst>
      </div>
    </>
  );
}

interface RenameFormProps extends Pick<PasskeyList, "rename"> {
  passkey: Passkey;
  onClose: () => void;
}

function RenameForm({ passkey, rename, onClose }: RenameFormProps) {
  const [name, setName] = useState(passkey.name);

  async function submit(event: FormEvent) {
    event.preventDefault();
    await rename.run({ id: passkey.id, name: name.trim() });
    onClose();
  }

  return (
    <form className="rename" onSubmit={(event) => void submit(event)}>
      <Field label="Name of the passkey">
        {(control) => <input {...control} ref={focus} required maxLength={100} value={name} onChange={(event) => setName(event.target.value)} />}
      </Field>
      <div className="cluster">
        <Button type="submit" weight="primary" busy={rename.status === "pending"}>Save</Button>
        <Button onClick={onClose}>Leave it</Button>
      </div>
    </form>
  );
}
