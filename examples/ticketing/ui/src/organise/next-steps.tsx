import { useCommand } from "@composable-go/client/react";
import type { BoxOfficeEvent, EventStatus } from "../api/types";
import { Button } from "../components/button";
import { Problem } from "../components/problem";
import { CancelEvent } from "./cancel-event";

interface Step {
  move: "publish" | "open-sales" | "close-sales";
  label: string;
  words: string;
}

const steps: Partial<Record<EventStatus, Step>> = {
  Draft: { move: "publish", label: "Publish", words: "Visitors can see the event; sections and prices are fixed from then on." },
  Published: { move: "open-sales", label: "Open sales", words: "Visitors can hold and buy seats at once." },
  SalesOpen: { move: "close-sales", label: "Close sales", words: "Nobody can begin a purchase; those already begun may finish." },
  SalesClosed: { move: "open-sales", label: "Open sales again", words: "Visitors can hold and buy seats at once." },
};

/** What the organiser can do with the event in its present state. */
export function NextSteps({ event, onChange }: { event: BoxOfficeEvent; onChange: () => void }) {
  const step = steps[event.status];
  const go = useCommand(async (client, move: Step["move"]) => {
    await client.post(`/api/events/${encodeURIComponent(event.id)}/${move}`);
    onChange();
  });
  if (!step) return event.reason ? <p className="quiet">{event.reason}</p> : null;

  return (
    <section className="card stack" aria-label="Next step">
      <div className="spread">
        <div className="stack-tight">
          <h2>{step.label}</h2>
          <p className="quiet">{step.words}</p>
        </div>
        <div className="cluster">
          <Button weight="primary" busy={go.status === "pending"} onClick={() => void go.run(step.move)}>{step.label}</Button>
          <CancelEvent event={event} onCancelled={onChange} />
        </div>
      </div>
      {go.error && <Problem error={go.error} />}
    </section>
  );
}
