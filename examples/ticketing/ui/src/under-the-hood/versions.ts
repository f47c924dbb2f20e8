import type { Decision } from "../api/types";

/** A version of the purchase: the event that made it. */
export interface Version {
  version: number;
  event: string;
  at: string;
  /** Of its decision in the log. */
  position: number;
}

export const isOfReservation = ({ stream }: Decision): boolean => stream.startsWith("reservation/");

/** The versions of the purchase in order; its payments have versions of their own. */
export function versionsOf(story: Decision[]): Version[] {
  return story.filter(isOfReservation).flatMap(({ at, position, events }) =>
    events.map(({ version, name }) => ({ version, event: name, at, position })));
}
