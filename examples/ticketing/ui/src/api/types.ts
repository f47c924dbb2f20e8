/** The shapes the ticketing server answers with; the contract's names, unchanged. */

export interface Page<T> {
  items: T[];
  next_cursor: string | null;
}

export type EventStatus = "Draft" | "Published" | "SalesOpen" | "SalesClosed" | "Completed" | "Cancelled";
export type TierKind = "early_bird" | "regular" | "last_minute";
export type SectionKind = "numbered" | "general";

export interface Row {
  label: string;
  seats: number;
}

export interface NewSection {
  name: string;
  kind: SectionKind;
  capacity?: number;
  rows?: Row[];
}

export interface Tier {
  kind: TierKind;
  section: string;
  price_cents: number;
  from: string;
  until?: string;
}

export interface NewEvent {
  title: string;
  description: string;
  starts_at: string;
  ends_at: string;
  timezone: string;
  currency: string;
  venue: { name: string; address: string };
  sections: NewSection[];
  tiers: Tier[];
}

export interface Section {
  name: string;
  kind: SectionKind;
  capacity: number;
  rows?: Row[];
  available: number;
  price_cents: number | null;
  tier: TierKind | null;
}

export interface BoxOfficeEvent extends Omit<NewEvent, "sections"> {
  id: string;
  owner_id: string;
  status: EventStatus;
  reason?: string;
  sections: Section[];
  /** What goes back to who returns tickets early enough, the best step first; after the last there is nothing. */
  refund_policy: { hours_before: number; percent: number }[];
  created_at: string;
}

export interface Availability {
  section: string;
  kind: SectionKind;
  total: number;
  held: number;
  blocked: number;
  sold: number;
  available: number;
  price_cents: number | null;
  tier: TierKind | null;
}

export type SeatStatus = "available" | "held" | "sold" | "blocked";

export interface Seat {
  id: string;
  row: string;
  number: number;
  status: SeatStatus;
  mine: boolean;
}

export type ReservationStatus =
  | "Initiated" | "SeatsHeld" | "PaymentPending" | "PaymentCompleted" | "Completed"
  | "Rejected" | "Expired" | "Cancelled" | "Compensated" | "Refunded" | "PartiallyRefunded";

export interface Reservation {
  id: string;
  status: ReservationStatus;
  event_id: string;
  event_title: string;
  section: string;
  seat_ids: string[] | null;
  quantity?: number;
  unit_price_cents: number;
  total_cents: number;
  refund_cents?: number;
  currency: string;
  expires_at: string;
  server_time: string;
  attempts_left: number;
  reason?: string;
  /** Why there are no seats. */
  refusal?: { code: string; message: string; details?: Record<string, unknown> };
  tickets?: { id: string; code: string; seat: string; status: TicketStatus }[];
  created_at?: string;
}

export type TicketStatus = "valid" | "void" | "used";

export interface Ticket {
  id: string;
  code: string;
  seat: string;
  status: TicketStatus;
  event_id: string;
  event_title: string;
  section: string;
  starts_at: string;
  timezone?: string;
  venue: string | { name: string };
}

export interface Payment {
  id: string;
  reservation_id: string;
  status: string;
  amount_cents: number;
  currency: string;
}

export interface SignInSession {
  id: string;
  device: string;
  created_at: string;
  last_seen_at: string;
  current: boolean;
}

export interface SiteConfig {
  dev: boolean;
  name: string;
}

export type Json = string | number | boolean | null | Json[] | { [name: string]: Json };

export type EffectStatus = "done" | "waiting" | "running" | "dead";

/** One attempt of an effect that failed. */
export interface Failure {
  at: string;
  error: string;
}

/** What should happen because of a decision. One that is carried out later has an id. */
export interface Effect {
  id?: string;
  kind: string;
  key?: string;
  to?: string;
  action?: string;
  due?: string;
  status: EffectStatus;
  failures?: Failure[];
}

/** An action that recorded events in its stream, and all that was decided with them. */
export interface Decision {
  stream: string;
  action: string;
  at: string;
  actor: string;
  correlation_id: string;
  causation_id: string;
  position: number;
  events: { version: number; name: string; data: Json }[];
  effects: Effect[];
}

export interface History extends Page<Decision> {
  server_time: string;
}

/** The state of a purchase, as its reducer keeps it; more than what is named here. */
export interface ReservationState {
  [name: string]: Json | undefined;
  status: ReservationStatus;
  currency?: string;
  attempts?: { status: string }[];
  tickets?: { id: string }[];
}

export interface Past {
  version: number;
  state: ReservationState;
}

export interface DeadLetter {
  id: string;
  effect: string;
  store: string;
  key: string;
  payload: Json;
  asked_at: string;
  buried_at: string;
  failures: Failure[];
  correlation_id: string;
}

/** Of a circuit breaker; "" where there is none. */
export type BreakerState = "" | "closed" | "half-open" | "open";

/** How effects fare on the node that answers: those under way by kind, and what went wrong how often. */
export interface EffectsReport {
  kinds: Record<string, { running: number; breaker: BreakerState }>;
  incidents: Record<string, number>;
}

/** How far a read model is behind the log, and why it stands still. */
export interface ReadModel {
  name: string;
  position: number;
  lag: number;
  lag_seconds: number;
  failure: ReadModelFailure | null;
  rebuild: { position: number; failure: ReadModelFailure | null } | null;
}

/** Without a position it is no event's fault, and nothing can be passed over. */
export interface ReadModelFailure {
  message: string;
  position: number;
  store: string;
  key: string;
  event: string;
  since: string;
  attempts: number;
}
