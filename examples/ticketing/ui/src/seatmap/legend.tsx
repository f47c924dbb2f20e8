import { SeatFace, type SeatLook } from "./seat-button";

const entries: [SeatLook, string][] = [
  ["available", "Free"],
  ["chosen", "Your choice"],
  ["mine", "Already yours"],
  ["held", "In somebody’s basket"],
  ["sold", "Sold"],
  ["blocked", "Not for sale"],
];

export function Legend() {
  return (
    <figcaption>
      <ul className="legend">
        {entries.map(([look, words]) => (
          <li key={look}>
            <span className={`seat seat-${look}`}><SeatFace look={look} /></span>
            {words}
          </li>
        ))}
      </ul>
    </figcaption>
  );
}
