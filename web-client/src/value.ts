import type { Readable } from "./types.js";

/** A readable value that its owner can set. Equal values tell nobody. */
export interface Value<T> extends Readable<T> {
  set(next: T): void;
}

/**
 * Makes a value. `start` runs with the first listener and its result with the last one's leaving,
 * so that work goes on only while somebody watches.
 */
export function createValue<T>(initial: T, start?: (set: (next: T) => void) => (() => void) | void): Value<T> {
  const listeners = new Set<() => void>();
  let current = initial;
  let stop: (() => void) | void;

  const set = (next: T) => {
    if (Object.is(next, current)) return;
    current = next;
    listeners.forEach((listener) => listener());
  };
  const subscribe = (listener: () => void) => {
    const own = () => listener();
    listeners.add(own);
    if (listeners.size === 1) stop = start?.(set);
    return () => {
      if (listeners.delete(own) && listeners.size === 0) stop?.();
    };
  };
  return { get: () => current, set, subscribe };
}
