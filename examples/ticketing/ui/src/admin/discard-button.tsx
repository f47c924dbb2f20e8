import { useCommand } from "@composable-go/client/react";
import { useState } from "react";
import type { DeadLetter } from "../api/types";
import { Button } from "../components/button";
import { Confirm } from "../components/confirm";
import { Problem } from "../components/problem";

export function DiscardButton({ letter, onDiscarded }: { letter: DeadLetter; onDiscarded: () => void }) {
  const [asking, setAsking] = useState(false);
  const discard = useCommand(async (client) => {
    await client.delete(`/api/admin/dead-letters/${encodeURIComponent(letter.id)}`);
    setAsking(false);
    onDiscarded();
  });
  return (
    <>
      <Button onClick={() => setAsking(true)}>Discard</Button>
      {asking && (
        <Confirm
          title={`Discard ${letter.effect}?`} confirm="Yes, discard it" keep="Keep it" busy={discard.status === "pending"}
          onConfirm={() => void discard.run(undefined)} onClose={() => setAsking(false)}
        >
          <p>It will never be carried out, and this cannot be taken back. What waits for its outcome has to end by itself.</p>
          {discard.error && <Problem error={discard.error} />}
        </Confirm>
      )}
    </>
  );
}
