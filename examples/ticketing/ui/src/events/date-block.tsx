import { dateBlock, formatDay } from "../format/when";
import "./date-block.css";

/** A date as on a torn-off calendar leaf. */
export function DateBlock({ iso, timeZone }: { iso: string; timeZone?: string }) {
  const { weekday, day, month } = dateBlock(iso, timeZone);
  return (
    <time className="date-block" dateTime={iso}>
      <span className="only-heard">{formatDay(iso, timeZone)}</span>
      <span aria-hidden="true" className="date-block-weekday">{weekday}</span>
      <span aria-hidden="true" className="date-block-day">{day}</span>
      <span aria-hidden="true" className="date-block-month">{month}</span>
    </time>
  );
}
