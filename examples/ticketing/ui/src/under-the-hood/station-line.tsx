import { Breakable } from "../components/breakable";
import type { Station } from "./stations";

/** The states of the saga as stations of a line, with the one where the purchase stands lit. */
export function StationLine({ stations }: { stations: Station[] }) {
  return (
    <ol className="station-line" aria-label="States of the purchase">
      {stations.map(({ status, at }) => (
        <li key={status} className={`station station-${at}`} aria-current={at === "here" ? "step" : undefined}>
          <Breakable name={status} />
        </li>
      ))}
    </ol>
  );
}
