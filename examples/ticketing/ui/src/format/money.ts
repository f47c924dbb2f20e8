/** How many digits a currency has after the point: 2 for EUR, 0 for JPY. */
export function fractionDigits(currency: string): number {
  return new Intl.NumberFormat("en", { style: "currency", currency }).resolvedOptions().maximumFractionDigits ?? 2;
}

/** Writes an amount of minor units in the visitor's language: 4500 EUR is "€45.00". */
export function formatMoney(minor: number, currency: string, locale?: string): string {
  const format = new Intl.NumberFormat(locale, { style: "currency", currency });
  return format.format(minor / 10 ** fractionDigits(currency));
}

/**
 * Reads what somebody typed as a price into minor units, with a point or a comma before the digits of the minor
 * unit. Anything else, grouping included, is null: a price is never guessed. No floats on the way.
 */
export function parseMoney(text: string, currency: string): number | null {
  const digits = fractionDigits(currency);
  const match = /^(\d{1,9})(?:[.,](\d+))?$/.exec(text.trim());
  if (!match) return null;

  const fraction = match[2] ?? "";
  if (fraction.length > digits) return null;
  return Number((match[1] ?? "") + fraction.padEnd(digits, "0"));
}

/** A share of an amount in whole minor units, half rounded up: 80 % of 4505 is 3604. */
export function percentOf(minor: number, percent: number): number {
  return Math.floor((minor * percent + 50) / 100);
}
