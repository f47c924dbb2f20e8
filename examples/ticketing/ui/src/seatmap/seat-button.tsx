import type { Seat } from "../api/types";

export type SeatLook = Seat["status"] | "chosen" | "asked" | "mine";

const spoken: Record<SeatLook, string> = {
  available: "free",
  chosen: "chosen by you",
  asked: "being held for you",
  mine: "already yours",
  held: "held by somebody else",
  sold: "sold",
  blocked: "not for sale",
};

/** A mark inside the seat, so that no status is told by its colour alone. */
const marks: Record<SeatLook, string | null> = {
  available: null, chosen: "✓", asked: "★", mine: "★", held: "…", sold: "×", blocked: "–",
};

export function lookOf(seat: Seat, chosen: boolean, asked: boolean): SeatLook {
  if (seat.mine) return asked ? "asked" : "mine";
  return chosen && seat.status === "available" ? "chosen" : seat.status;
}

interface SeatButtonProps {
  seat: Seat;
  look: SeatLook;
  price: string;
  focusable: boolean;
  onPress: () => void;
  onFocus: () => void;
}

export function SeatButton({ seat, look, price, focusable, onPress, onFocus }: SeatButtonProps) {
  const free = look === "available" || look === "chosen";
  const label = `Row ${seat.row}, seat ${seat.number}, ${spoken[look]}${free ? `, ${price}` : ""}`;
  return (
    <button
      type="button" role="gridcell" className={`seat seat-${look}`} data-seat={seat.id}
      tabIndex={focusable ? 0 : -1} aria-label={label} aria-selected={look === "chosen"} aria-disabled={!free}
      title={label} onClick={free ? onPress : undefined} onFocus={onFocus}
    >
      <SeatFace look={look} number={seat.number} />
    </button>
  );
}

export function SeatFace({ look, number }: { look: SeatLook; number?: number }) {
  return <span className="seat-face" aria-hidden="true">{marks[look] ?? number ?? ""}</span>;
}
