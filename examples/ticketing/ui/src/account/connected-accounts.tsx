import type { Identity } from "@composable-go/client/auth";
import { type IdentityList, useIdentities, useProviders } from "@composable-go/client/auth/react";
import { Button } from "../components/button";
import { formatDate } from "../format/when";
import { alone } from "./alone";
import { AskFirst } from "./ask-first";
import { Settings } from "./settings";
import { SettingsList } from "./settings-list";

/** Accounts at providers. Where the box office knows no provider there is nothing to show. */
export function ConnectedAccounts() {
  const identities = useIdentities();
  const providers = useProviders();
  const { link, unlink } = identities;
  const linked = identities.data ?? [];
  const free = providers.data?.filter(({ name }) => !linked.some(({ provider }) => provider === name)) ?? [];
  if (linked.length === 0 && free.length === 0 && !identities.error) return null;
  return (
    <Settings title="Connected accounts" about="Accounts elsewhere that sign you in here. They tell us your name and address.">
      <SettingsList of={identities} keyOf={({ provider }) => provider} problem={link.error ?? unlink.error} empty="None is connected yet.">
        {(identity) => <ConnectedAccount identity={identity} unlink={alone(unlink, link)} />}
      </SettingsList>
      {free.map(({ name, title }) => (
        <div key={name}>
          <Button
            busy={link.status === "pending" && link.variables?.provider === name}
            onClick={() => void alone(link, unlink).run({ provider: name, redirectTo: "/account/security" })}
          >
            Connect {title}
          </Button>
        </div>
      ))}
    </Settings>
  );
}

function ConnectedAccount({ identity, unlink }: { identity: Identity } & Pick<IdentityList, "unlink">) {
  const { provider, title, email, linked_at: since } = identity;
  return (
    <>
      <div className="stack-tight">
        <h3>{title}</h3>
        <p className="small quiet">{email && `${email} · `}connected {formatDate(since)}</p>
      </div>
      <AskFirst
        label="Disconnect" of={title} title={`Disconnect ${title}?`} confirm="Yes, disconnect it"
        busy={unlink.status === "pending" && unlink.variables === provider} onConfirm={() => void unlink.run(provider)}
      >
        <p>It does not sign you in any more. Your account at {title} stays as it is.</p>
      </AskFirst>
    </>
  );
}
