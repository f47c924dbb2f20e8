import type { SeatRow } from "./rows";

/**
 * The seat to which a key leads, or null when it is no key of the map. Rows are drawn centred, so up and down lead
 * to the seat straight behind or in front, also between rows of different length. The map's edges are walls.
 */
export function seatAfterKey(rows: SeatRow[], from: string, key: string, ctrl: boolean): string | null {
  const y = rows.findIndex((row) => row.seats.some((seat) => seat.id === from));
  const row = rows[y];
  if (!row) return null;
  const x = row.seats.findIndex((seat) => seat.id === from);

  switch (key) {
    case "ArrowLeft":
      return row.seats[Math.max(0, x - 1)]?.id ?? null;
    case "ArrowRight":
      return row.seats[Math.min(row.seats.length - 1, x + 1)]?.id ?? null;
    case "ArrowUp":
      return across(rows, y, y - 1, x);
    case "ArrowDown":
      return across(rows, y, y + 1, x);
    case "Home":
      return (ctrl ? rows[0] : row)?.seats[0]?.id ?? null;
    case "End":
      return (ctrl ? rows.at(-1) : row)?.seats.at(-1)?.id ?? null;
    default:
      return null;
  }
}

function across(rows: SeatRow[], y: number, nextY: number, x: number): string | null {
  const row = rows[y]?.seats ?? [];
  const next = rows[nextY]?.seats;
  if (!next) return row[x]?.id ?? null;

  const shift = (next.length - row.length) / 2;
  const nearest = Math.min(next.length - 1, Math.max(0, Math.floor(x + shift)));
  return next[nearest]?.id ?? null;
}
