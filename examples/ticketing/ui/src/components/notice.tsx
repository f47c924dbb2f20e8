import type { ReactNode } from "react";
import "./notice.css";

interface NoticeProps {
  tone?: "calm" | "good" | "warn" | "bad";
  title: string;
  children?: ReactNode;
}

/** Something the visitor should know now, said where it happened; screen readers hear it when it appears. */
export function Notice({ tone = "calm", title, children }: NoticeProps) {
  return (
    <div className={`notice notice-${tone}`} role={tone === "bad" ? "alert" : "status"}>
      <p className="notice-title">{title}</p>
      {children}
    </div>
  );
}
