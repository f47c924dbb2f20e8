/** A command or an event on the wire: an object with exactly one key, its wire name. */
export type Action = Record<string, unknown>;

/** An action taken apart: the union of `{ name, value }` over its variants, made for an exhaustive `switch (name)`. */
export type Variant<A> = A extends unknown ? { [K in keyof A & string]: { name: K; value: A[K] } }[keyof A & string] : never;

/** Takes an action apart: `{ Place: {…} }` becomes `{ name: "Place", value: {…} }`. */
export function variant<A extends object>(action: A): Variant<A> {
  const [name, value] = Object.entries(action)[0] ?? [];
  return { name, value } as Variant<A>;
}
