import { useEffect, useRef } from "react";
import type { SubscribeOptions, TopicEvent } from "../types.js";
import { useClient } from "./provider.js";

/** Subscribes while mounted. The latest handlers are called; only other topics (or another `after`) subscribe anew. */
export function useSubscription(topics: string[], onEvent: (e: TopicEvent) => void, opts: SubscribeOptions = {}): void {
  const client = useClient();
  const latest = useLatest({ onEvent, opts });
  const key = JSON.stringify(topics);
  const { after } = opts;
  useEffect(
    () =>
      client.subscribe(JSON.parse(key) as string[], (event) => latest.current.onEvent(event), {
        after,
        onResync: (topic, seq) => latest.current.opts.onResync?.(topic, seq),
        onError: (topic, error) => latest.current.opts.onError?.(topic, error),
      }),
    [client, key, after, latest],
  );
}

/** A ref to what the last committed render was given. */
export function useLatest<T>(value: T): { readonly current: T } {
  const ref = useRef(value);
  useEffect(() => {
    ref.current = value;
  });
  return ref;
}
