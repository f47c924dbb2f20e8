import type { NoPasskey } from "@composable-go/client/auth";
import { Notice } from "../components/notice";

const words: Record<NoPasskey, [string, string]> = {
  cancelled: ["Nothing has happened", "The passkey was not used: it was cancelled, or took too long."],
  unsupported: ["No passkeys here", "This browser or device cannot use passkeys."],
  exists: ["This device has one already", "A passkey of this account is kept here; it is good for all that a new one would be."],
};

/** Why the browser came back without a passkey, and what can be done instead. */
export function PasskeyOutcome({ of, instead }: { of: NoPasskey; instead?: string }) {
  const [title, text] = words[of];
  return <Notice tone="warn" title={title}><p>{text}{instead && of !== "exists" ? ` ${instead}` : ""}</p></Notice>;
}
