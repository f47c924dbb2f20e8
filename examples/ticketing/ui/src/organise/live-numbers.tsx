import type { Availability, BoxOfficeEvent } from "../api/types";
import { TierBadge } from "../components/badge";
import { Problem } from "../components/problem";
import { Skeleton } from "../components/skeleton";
import { useAvailability } from "../events/use-availability";
import { formatMoney } from "../format/money";

const shares = ["sold", "held", "blocked", "available"] as const;
const words = { sold: "sold", held: "held", blocked: "blocked", available: "free" };

/** Where every place of the event is right now. */
export function LiveNumbers({ event }: { event: BoxOfficeEvent }) {
  const { sections, error } = useAvailability(event.id);
  return (
    <section className="stack" aria-labelledby="numbers-title">
      <h2 id="numbers-title">Places, live</h2>
      {error && <Problem error={error} />}
      {!sections && !error && <Skeleton lines={event.sections.length} height="7.5rem" />}
      <ul className="plain-list">
        {sections?.map((item) => <li key={item.section}><SectionNumbers item={item} currency={event.currency} /></li>)}
      </ul>
    </section>
  );
}

function SectionNumbers({ item, currency }: { item: Availability; currency: string }) {
  return (
    <article className="card section-numbers">
      <div className="spread">
        <h3>{item.section} <span className="quiet figures">{item.total.toLocaleString()}</span></h3>
        <p className="cluster figures">
          <TierBadge tier={item.tier} />
          {item.price_cents == null ? "No price today" : formatMoney(item.price_cents, currency)}
        </p>
      </div>
      <div className="share-bar" aria-hidden="true">
        {shares.map((share) => <span key={share} className={`share-${share}`} style={{ flexGrow: item[share] }} />)}
      </div>
      <dl>
        {shares.map((share) => (
          <div key={share} className={`share-${share}`}>
            <dt>{words[share]}</dt>
            <dd className="figures">{item[share].toLocaleString()}</dd>
          </div>
        ))}
      </dl>
    </article>
  );
}
