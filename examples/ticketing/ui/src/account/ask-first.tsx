import { type ReactNode, useState } from "react";
import { Button } from "../components/button";
import { Confirm } from "../components/confirm";

interface AskFirstProps {
  /** On the button, and of what it is said to screen readers. */
  label: string;
  of: string;
  title: string;
  confirm: string;
  busy: boolean;
  onConfirm: () => void;
  children: ReactNode;
}

/** A button that asks before it does what its owner may regret. */
export function AskFirst({ label, of, title, confirm, busy, onConfirm, children }: AskFirstProps) {
  const [asking, setAsking] = useState(false);
  return (
    <>
      <Button busy={busy} onClick={() => setAsking(true)} aria-label={`${label} ${of}`}>{label}</Button>
      {asking && (
        <Confirm
          title={title} confirm={confirm} keep="Keep it" busy={busy}
          onConfirm={() => { setAsking(false); onConfirm(); }} onClose={() => setAsking(false)}
        >
          {children}
        </Confirm>
      )}
    </>
  );
}
