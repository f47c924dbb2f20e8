/** The furthest position this client has written or seen: what its next read must reflect. */
export interface Position {
  get(): number | undefined;
  /** Takes over a further position; anything else is ignored. */
  observe(position: unknown): void;
  /** Goes back: the log has never been as far, it was restored or begun anew. */
  rewind(position: number): void;
}

export function createPosition(): Position {
  let furthest: number | undefined;
  return {
    get: () => furthest,
    rewind: (position) => (furthest = position),
    observe(position) {
      const seen = Number(position ?? NaN);
      if (seen > (furthest ?? -1)) furthest = seen;
    },
  };
}
