import type { Seat } from "../api/types";

export interface SeatRow {
  label: string;
  seats: Seat[];
}

/** Seats in the order of the hall: rows as the server lists them, seats by number. */
export function toRows(seats: Seat[]): SeatRow[] {
  const rows = new Map<string, Seat[]>();
  for (const seat of seats) {
    const row = rows.get(seat.row);
    if (row) row.push(seat);
    else rows.set(seat.row, [seat]);
  }
  return [...rows].map(([label, row]) => ({ label, seats: row.toSorted((a, b) => a.number - b.number) }));
}
