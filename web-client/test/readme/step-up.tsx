import { useStepUp } from "@composable-go/client/auth/react";

export function ReleaseButton({ event, seat }: { event: string; seat: string }) {
  const release = useStepUp("event", event);
  return (
    <>
      <button disabled={release.status === "pending"} onClick={() => release.run({ Release: { seat } })}>Give {seat} back</button>
      {release.error?.code === "step_up_required" && <p role="alert">You have not confirmed it</p>}
    </>
  );
}
