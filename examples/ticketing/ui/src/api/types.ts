import type * as api from "./api.gen";

/**
 * What the ticketing server answers, as its program describes it and known a little better: the generated types cannot
 * tell which words an enumeration of Go has, nor that the server never leaves a list out.
 */
type Known<T, Better> = Omit<T, keyof Better> & Better;

export interface Page<T> {
  items: T[];
  next_cursor: string | null;
}

export type EventStatus = "Draft" | "Published" | "SalesOpen" | "SalesClosed" | "Completed" | "Cancelled";
export type TierKind = "early_bird" | "regular" | "last_minute";
export type SectionKind = "numbered" | "general";
export type SeatStatus = "available" | "held" | "sold" | "blocked";
export type TicketStatus = "valid" | "void" | "used";
export type ReservationStatus =
  | "Initiated" | "SeatsHeld" | "PaymentPending" | "PaymentCompleted" | "Completed"
  | "Rejected" | "Expired" | "Cancelled" | "Compensated" | "Refunded" | "PartiallyRefunded";

export type Row = api.Row;
export type Tier = Known<api.Tier, { kind: TierKind }>;
export type NewSection = Known<Omit<api.Section, "capacity">, { kind: SectionKind; capacity?: number }>;
export type NewEvent = Known<api.Details, { sections: NewSection[]; tiers: Tier[] }>;

export type Section = Known<api.SectionView, { kind: SectionKind; tier: TierKind | null }>;
/** Its refund_policy has the best step first; after the last there is nothing. */
export type BoxOfficeEvent = Known<api.EventView, {
  status: EventStatus; sections: Section[]; tiers: Tier[]; refund_policy: api.PolicyStep[];
}>;
export type Availability = Known<api.Availability, { kind: SectionKind; tier: TierKind | null }>;
export type Seat = Known<api.Seat, { status: SeatStatus }>;

export type Reservation = Known<api.ReservationView, { status: ReservationStatus; tickets: Known<api.ReservationTicket, { status: TicketStatus }>[] }>;
/** An order in the list of all. */
export type Order = Known<api.ReadmodelReservation, { status: ReservationStatus }>;
export type Ticket = Known<api.ReadmodelTicket, { status: TicketStatus }>;
export type Payment = api.PaymentView;
export type SiteConfig = api.SiteView;

export type Json = string | number | boolean | null | Json[] | { [name: string]: Json };

export type Failure = api.Failure;
export type EffectStatus = "done" | "waiting" | "running" | "dead";
/** What should happen because of a decision. One that is carried out later has an id. */
export type Effect = Known<api.EffectView, { status: EffectStatus }>;
/** An action that recorded events in its stream, and all that was decided with them. */
export type Decision = Known<api.DecisionView, { events: Known<api.RecordedView, { data: Json }>[]; effects: Effect[] }>;
export type History = Known<api.HistoryView, { items: Decision[] }>;

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
