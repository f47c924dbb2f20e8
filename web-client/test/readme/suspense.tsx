import { useSuspenseQuery } from "@composable-go/client/react";
import { Suspense } from "react";

export const Free = ({ event }: { event: string }) => (
  <Suspense fallback={<p>Loading…</p>}>
    <Count event={event} />
  </Suspense>
);

const Count = ({ event }: { event: string }) => <p>{useSuspenseQuery("seats", { event }).data.free.length} free</p>;
