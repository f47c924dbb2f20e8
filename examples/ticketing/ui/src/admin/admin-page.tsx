import { Page } from "../components/page";
import { DeadLetters } from "./dead-letters";
import { EffectsHealth } from "./effects-health";
import { ReadModels } from "./read-models";
import "./admin.css";

export function AdminPage() {
  return (
    <Page title="Admin">
      <DeadLetters />
      <EffectsHealth />
      <ReadModels />
    </Page>
  );
}
