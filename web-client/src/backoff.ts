const base = 250;
const cap = 15_000;

/** Full jitter: a pause in milliseconds between 0 and a ceiling that doubles with each attempt, from 0. */
export function jitter(attempt: number, random: () => number): number {
  return random() * Math.min(cap, base * 2 ** attempt);
}
