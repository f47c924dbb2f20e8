/** Dates as a visitor reads them: in the visitor's language, in the venue's time zone. */

export function formatDay(iso: string, timeZone?: string): string {
  return format(iso, { timeZone, weekday: "long", day: "numeric", month: "long", year: "numeric" });
}

export function formatTime(iso: string, timeZone?: string): string {
  return format(iso, { timeZone, hour: "2-digit", minute: "2-digit" });
}

export function formatDate(iso: string): string {
  return format(iso, { day: "numeric", month: "short", year: "numeric" });
}

export function formatShort(iso: string, timeZone?: string): string {
  return format(iso, { timeZone, day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit" });
}

/** A moment among others of the same hour, to the millisecond. */
export function formatMoment(iso: string): string {
  return format(iso, { hour: "2-digit", minute: "2-digit", second: "2-digit", fractionalSecondDigits: 3 });
}

/** The pieces of a date block: short weekday, day of the month, short month. */
export function dateBlock(iso: string, timeZone?: string) {
  return {
    weekday: format(iso, { timeZone, weekday: "short" }),
    day: format(iso, { timeZone, day: "2-digit" }),
    month: format(iso, { timeZone, month: "short" }),
  };
}

/** The zone as a place a visitor knows: "Europe/Berlin" is "Berlin time". */
export function zonePlace(timeZone: string): string {
  return `${(timeZone.split("/").at(-1) ?? timeZone).replaceAll("_", " ")} time`;
}

function format(iso: string, options: Intl.DateTimeFormatOptions): string {
  return new Intl.DateTimeFormat(undefined, options).format(new Date(iso));
}
