import type { BoxOfficeEvent } from "../api/types";
import { Badge } from "../components/badge";
import { formatDay, formatTime, zonePlace } from "../format/when";
import { DateBlock } from "./date-block";

export function EventHeading({ event }: { event: BoxOfficeEvent }) {
  const { starts_at, ends_at, timezone, venue } = event;
  return (
    <header className="event-heading">
      <DateBlock iso={starts_at} timeZone={timezone} />
      <div className="stack-tight">
        <h1>{event.title}</h1>
        <p>{formatDay(starts_at, timezone)}, {formatTime(starts_at, timezone)}–{formatTime(ends_at, timezone)} <span className="quiet">({zonePlace(timezone)})</span></p>
        <p>{venue.name}{venue.address && <span className="quiet">, {venue.address}</span>}</p>
        <p className="event-heading-status"><Badge of={event.status} /></p>
      </div>
    </header>
  );
}
