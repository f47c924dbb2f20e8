import { account } from "@composable-go/client/auth";
import { useClient } from "@composable-go/client/react";
import { useState } from "react";
import { Button } from "../components/button";
import { DeleteAccount } from "./delete-account";
import { Settings } from "./settings";

/** What its owner can do with all that is known of them: take it along, or have it deleted. */
export function OwnData() {
  const client = useClient();
  const [asking, setAsking] = useState(false);
  return (
    <Settings title="Your data" about="All that this box office knows of you is yours: take it along, or have it deleted.">
      <div className="card rows">
        <div className="row">
          <div className="stack-tight">
            <h3>Take it along</h3>
            <p className="small quiet">Profile, sign-ins, devices, orders, payments and tickets, in one file (JSON).</p>
          </div>
          <a className="button button-plain" href={account.exportUrl(client)} download><span>Export</span></a>
        </div>
        <div className="row">
          <div className="stack-tight">
            <h3>Delete the account</h3>
            <p className="small quiet">For good: the key to all that is written about you is destroyed.</p>
          </div>
          <Button weight="danger" onClick={() => setAsking(true)}>Delete account</Button>
        </div>
      </div>
      {asking && <DeleteAccount onClose={() => setAsking(false)} />}
    </Settings>
  );
}
