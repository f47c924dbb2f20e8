import type { ComponentProps } from "react";
import { Link } from "../routing/link";
import "./button.css";

type Weight = "primary" | "plain" | "danger";

interface ButtonProps extends ComponentProps<"button"> {
  weight?: Weight;
  /** Waiting for an answer: the button keeps its size and focus, and does nothing when pressed. */
  busy?: boolean;
}

export function Button({ weight = "plain", busy = false, type = "button", onClick, children, ...rest }: ButtonProps) {
  return (
    <button
      type={busy ? "button" : type} className={`button button-${weight}`} aria-disabled={busy || undefined}
      aria-busy={busy || undefined} onClick={busy ? undefined : onClick} {...rest}
    >
      <span>{children}</span>
    </button>
  );
}

export function ButtonLink({ to, weight = "plain", children }: { to: string; weight?: Weight; children: string }) {
  return <Link to={to} className={`button button-${weight}`}><span>{children}</span></Link>;
}
