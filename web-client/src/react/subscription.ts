import { useEffect } from "react";
import type { PublishedOf, RegisteredApi, TopicName } from "../api.js";
import type { SubscribeOptions, TopicEvent } from "../types.js";
import { useLatest } from "./latest.js";
import { useClient } from "./provider.js";

/** Subscribes while mounted. The latest handlers are called; only other topics (or another `after`) subscribe anew. */
export function useSubscription<T extends TopicName<RegisteredApi>>(
  topics: readonly T[],
  onEvent: (event: TopicEvent<PublishedOf<RegisteredApi, T>>) => void,
  opts: SubscribeOptions = {},
): void {
  const client = useClient();
  const latest = useLatest({ onEvent, opts });
  const key = JSON.stringify(topics);
  const { after } = opts;
  useEffect(
    () =>
      client.subscribe(JSON.parse(key) as T[], (event) => latest.current.onEvent(event), {
        after,
        onResync: (topic, seq) => latest.current.opts.onResync?.(topic, seq),
        onError: (topic, error) => latest.current.opts.onError?.(topic, error),
      }),
    [client, key, after, latest],
  );
}
