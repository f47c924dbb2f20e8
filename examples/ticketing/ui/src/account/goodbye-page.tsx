import { ButtonLink } from "../components/button";
import { Page } from "../components/page";

/** After the last visit of an account that was deleted. */
export function GoodbyePage() {
  return (
    <Page title="Your account is deleted" narrow>
      <div className="card stack">
        <p>What we knew of you cannot be read any more, by us neither. We have sent you a last mail that says so.</p>
        <div><ButtonLink to="/" weight="primary">See all events</ButtonLink></div>
      </div>
    </Page>
  );
}
