import type { Device } from "@composable-go/client/auth";
import type { BreakerState, EffectStatus, EventStatus, ReservationStatus, TicketStatus, TierKind } from "../api/types";
import "./badge.css";

type Tone = "good" | "warn" | "bad" | "calm";

type Known =
  | EventStatus | ReservationStatus | TicketStatus | Exclude<TierKind, "regular">
  | Device["trust"] | "synced" | EffectStatus | "dropped" | Exclude<BreakerState, "">;

const words: Record<Known, [string, Tone]> = {
  Draft: ["Draft", "calm"],
  Published: ["On sale soon", "warn"],
  SalesOpen: ["On sale", "good"],
  SalesClosed: ["Sales closed", "calm"],
  Initiated: ["Finding seats", "warn"],
  SeatsHeld: ["Waiting for payment", "warn"],
  PaymentPending: ["Payment under way", "warn"],
  PaymentCompleted: ["Paid", "good"],
  Completed: ["Completed", "good"],
  Rejected: ["Seats were gone", "bad"],
  Expired: ["Time ran out", "calm"],
  Cancelled: ["Cancelled", "bad"],
  Compensated: ["Payment declined", "bad"],
  Refunded: ["Refunded", "calm"],
  PartiallyRefunded: ["Partly refunded", "calm"],
  valid: ["Valid", "good"],
  void: ["Void", "bad"],
  used: ["Used", "calm"],
  early_bird: ["Early bird", "good"],
  last_minute: ["Last minute", "warn"],
  new: ["New", "warn"],
  known: ["Known", "calm"],
  trusted: ["Trusted", "good"],
  synced: ["Synced to your devices", "calm"],
  waiting: ["Waiting", "warn"],
  running: ["Running", "warn"],
  done: ["Done", "good"],
  dead: ["Given up", "bad"],
  dropped: ["Not needed", "calm"],
  closed: ["Closed", "good"],
  "half-open": ["Half open", "warn"],
  open: ["Open", "bad"],
};

/** A state in two or three words. */
export function Badge({ of }: { of: Known }) {
  const [text, tone] = words[of] ?? [of, "calm"];
  return <span className={`badge badge-${tone}`}>{text}</span>;
}

/** The price tier, where it differs from the ordinary one. */
export function TierBadge({ tier }: { tier: TierKind | null | undefined }) {
  return tier && tier !== "regular" ? <Badge of={tier} /> : null;
}
