import type { Json } from "../api/types";

/** One value of a state, with what it was a version before. */
export interface Field {
  path: string;
  /** Undefined: not there. */
  value?: string;
  before?: string;
}

type State = { [name: string]: Json | undefined };

/** Every value of two versions of a state side by side, in the order of the newer one; what is gone comes last. */
export function compare(before: State | undefined, now: State): Field[] {
  const old = new Map(flatten(before ?? {}));
  const fields: Field[] = [];
  for (const [path, value] of flatten(now)) {
    fields.push({ path, value, before: old.get(path) });
    old.delete(path);
  }
  for (const [path, value] of old) fields.push({ path, before: value });
  return fields;
}

/** Walks down to what is no object: its path, such as `attempts[0].status`, and its text. */
function flatten(state: State): [path: string, value: string][] {
  return Object.entries(state).flatMap(([name, value]) => value === undefined ? [] : leaves(name, value));
}

function leaves(path: string, value: Json): [string, string][] {
  if (value === null || typeof value !== "object") return [[path, String(value)]];
  if (!Array.isArray(value)) return Object.entries(value).flatMap(([name, inner]) => leaves(`${path}.${name}`, inner));
  if (value.every((item) => typeof item !== "object")) return [[path, value.join(", ")]];
  return value.flatMap((item, i) => leaves(`${path}[${i}]`, item));
}
