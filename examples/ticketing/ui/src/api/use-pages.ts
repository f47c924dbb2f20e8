import { useCommand, useFetch } from "@composable-go/client/react";
import { useState } from "react";
import type { Page } from "./types";

/** A list that grows page by page. Give the component a key of the path: a new path is a new list. */
export function usePages<T>(path: string, topics: "me"[] = []) {
  const first = useFetch<Page<T>>(path, { topics });
  const [later, setLater] = useState<Page<T>[]>([]);

  const last = later.at(-1) ?? first.data;
  const more = useCommand(async (client, cursor: string) => {
    const page = await client.get<Page<T>>(`${path}${path.includes("?") ? "&" : "?"}cursor=${encodeURIComponent(cursor)}`);
    setLater((pages) => [...pages, page]);
  });

  return {
    items: first.data && [first.data, ...later].flatMap((page) => page.items),
    error: first.data ? more.error : first.error,
    loadMore: last?.next_cursor ? () => void more.run(last.next_cursor ?? "") : undefined,
    loadingMore: more.status === "pending",
    refetch: first.refetch,
  };
}
