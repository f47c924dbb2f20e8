import { ButtonLink } from "../components/button";
import { Page } from "../components/page";

/** After the last visit of an account that was deleted. */
export function GoodbyePage() {
  return (
    <Page title="Your account is deleted" narrow>
      <div className="card stack">
        <p>What we knew of you cannot be read any more, not even by us. A last mail tells you so too.</p>
        <div><ButtonLink to="/" weight="primary">See all events</ButtonLink></div>
      </div>
    </Page>
  );
}
