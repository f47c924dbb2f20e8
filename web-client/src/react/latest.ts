import { useEffect, useRef } from "react";

/** A ref to what the last committed render was given. */
export function useLatest<T>(value: T): { readonly current: T } {
  const ref = useRef(value);
  useEffect(() => {
    ref.current = value;
  });
  return ref;
}
