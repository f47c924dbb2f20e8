import { type ReactNode, useEffect, useRef } from "react";
import { Button } from "./button";
import "./confirm.css";

interface ConfirmProps {
  title: string;
  confirm: string;
  keep: string;
  busy: boolean;
  onConfirm: () => void;
  onClose: () => void;
  children: ReactNode;
}

/** Asks before something that cannot be taken back. The dialog is open as long as it is rendered. */
export function Confirm({ title, confirm, keep, busy, onConfirm, onClose, children }: ConfirmProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const shown = dialog.current;
    shown?.showModal();
    return () => shown?.close();
  }, []);

  return (
    <dialog ref={dialog} className="confirm" aria-labelledby="confirm-title" onCancel={onClose}>
      <form className="stack" method="dialog" onSubmit={(event) => { event.preventDefault(); onConfirm(); }}>
        <h2 id="confirm-title">{title}</h2>
        {children}
        <div className="cluster">
          <Button type="submit" weight="danger" busy={busy}>{confirm}</Button>
          <Button onClick={onClose}>{keep}</Button>
        </div>
      </form>
    </dialog>
  );
}
