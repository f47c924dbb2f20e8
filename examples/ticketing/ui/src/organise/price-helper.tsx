import { formatMoney, parseMoney, percentOf } from "../format/money";
import type { EventDraft } from "./draft";

interface PriceHelperProps {
  draft: EventDraft;
  onChange: (change: Partial<EventDraft>) => void;
}

/** Two prices that many organisers want, worked out from the regular one. */
export function PriceHelper({ draft, onChange }: PriceHelperProps) {
  const example = parseMoney(draft.sections[0]?.price ?? "", draft.currency);
  const shown = (percent: number) => example ? ` ${draft.sections[0]?.name || "The first section"}: ${formatMoney(percentOf(example, percent), draft.currency)}.` : "";
  return (
    <fieldset className="card stack">
      <legend className="only-heard">Prices by date</legend>
      <h2 aria-hidden="true">Prices by date</h2>
      <label className="checkbox">
        <input type="checkbox" checked={draft.earlyBird} onChange={(event) => onChange({ earlyBird: event.target.checked })} />
        <span><strong>Early bird</strong>: 20 % less until 30 days before the start.<span className="quiet figures">{shown(80)}</span></span>
      </label>
      <label className="checkbox">
        <input type="checkbox" checked={draft.lastMinute} onChange={(event) => onChange({ lastMinute: event.target.checked })} />
        <span><strong>Last minute</strong>: 10 % more in the last 7 days.<span className="quiet figures">{shown(110)}</span></span>
      </label>
    </fieldset>
  );
}
