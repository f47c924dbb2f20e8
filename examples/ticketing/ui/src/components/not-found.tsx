import { ButtonLink } from "./button";
import { Empty } from "./empty";
import { Page } from "./page";

export function NotFound() {
  return (
    <Page title="Wrong platform">
      <Empty title="No train stops at this address">
        <p>The page may have moved, or the link was cut short.</p>
        <ButtonLink to="/" weight="primary">See all events</ButtonLink>
      </Empty>
    </Page>
  );
}
