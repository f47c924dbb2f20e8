import type { Seat } from "../api/types";
import { type Hold, isUnderWay } from "./hold";

/**
 * The seats as they will be when those asked for are granted; the ones that are somebody's already stay as they are.
 * An acknowledged command is no answer here: another stream grants the seats, or does not, a moment later. So this
 * goes by the hold, where commands under way would be too little.
 */
export function withAsked(seats: Seat[], ids: readonly string[]): Seat[] {
  return seats.map((seat) => (seat.status === "available" && ids.includes(seat.id) ? { ...seat, status: "held", mine: true } : seat));
}

/** The numbered seats that a hold under way asks for. */
export function askedSeats(hold: Hold | undefined): readonly string[] {
  return (isUnderWay(hold) && hold?.wish.seat_ids) || none;
}

const none: readonly string[] = [];
