/**
 * The instant at which clocks in a time zone show a wall time such as "2027-03-01T19:30", or null for what is no
 * time. A wall time skipped by a clock change is moved forward, one that comes twice means one of the two.
 */
export function wallTimeToInstant(wall: string, zone: string): Date | null {
  const asUtc = Date.parse(`${wall}Z`);
  if (Number.isNaN(asUtc)) return null;

  // The offset is known only for an instant, so guess one and correct it once around a clock change.
  const guess = asUtc - offsetAt(asUtc, zone);
  return new Date(asUtc - offsetAt(guess, zone));
}

/** What a clock in the zone shows at an instant, as "2027-03-01T19:30". */
export function instantToWallTime(instant: Date, zone: string): string {
  const wall = instant.getTime() + offsetAt(instant.getTime(), zone);
  return new Date(wall).toISOString().slice(0, 16);
}

function offsetAt(instant: number, zone: string): number {
  const format = new Intl.DateTimeFormat("en-US", {
    timeZone: zone, hourCycle: "h23", year: "numeric", month: "numeric", day: "numeric",
    hour: "numeric", minute: "numeric", second: "numeric",
  });
  const parts = Object.fromEntries(format.formatToParts(instant).map(({ type, value }) => [type, Number(value)]));
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(instant / 1000) * 1000;
}
