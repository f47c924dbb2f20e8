import { type KeyboardEvent, useLayoutEffect, useMemo, useRef, useState } from "react";
import type { Seat } from "../api/types";
import { Legend } from "./legend";
import { seatAfterKey } from "./keyboard";
import { toRows } from "./rows";
import { lookOf, SeatButton } from "./seat-button";
import "./seat-map.css";

interface SeatMapProps {
  section: string;
  seats: Seat[];
  chosen: readonly string[];
  /** Seats that are asked for and shown as the visitor's, but not granted yet. */
  asked: readonly string[];
  price: string;
  onToggle: (id: string) => void;
}

/** The hall from above. One tab stop; arrow keys walk, Home and End jump, Space and Enter choose. */
export function SeatMap({ section, seats, chosen, asked, price, onToggle }: SeatMapProps) {
  const rows = useMemo(() => toRows(seats), [seats]);
  const [visited, setVisited] = useState<string>();
  const grid = useRef<HTMLDivElement>(null);
  const scroller = useScrollToMiddle();
  const tabStop = seats.find((seat) => seat.id === visited)?.id ?? rows[0]?.seats[0]?.id;

  function walk(event: KeyboardEvent) {
    const next = tabStop && seatAfterKey(rows, tabStop, event.key, event.ctrlKey);
    if (!next) return;
    event.preventDefault();
    const buttons = grid.current?.querySelectorAll<HTMLElement>("[data-seat]") ?? [];
    for (const button of buttons) if (button.dataset.seat === next) button.focus();
  }

  return (
    <figure className="seat-map">
      <div className="seat-map-scroll" ref={scroller}>
        <div className="seat-map-hall">
          <div className="stage" aria-hidden="true">Stage</div>
          <div ref={grid} role="grid" tabIndex={-1} aria-label={`Seats in ${section}`} className="seat-rows" onKeyDown={walk}>
            {rows.map((row) => (
              <div role="row" className="seat-row" key={row.label} aria-label={`Row ${row.label}`}>
                <span className="row-label" aria-hidden="true">{row.label}</span>
                <div className="row-seats" role="presentation">
                  {row.seats.map((seat) => (
                    <SeatButton
                      key={seat.id} seat={seat} look={lookOf(seat, chosen.includes(seat.id), asked.includes(seat.id))} price={price}
                      focusable={seat.id === tabStop} onPress={() => onToggle(seat.id)} onFocus={() => setVisited(seat.id)}
                    />
                  ))}
                </div>
                <span className="row-label" aria-hidden="true">{row.label}</span>
              </div>
            ))}
          </div>
        </div>
      </div>
      <Legend />
    </figure>
  );
}

/** A hall wider than the screen begins in its middle, where the stage is. */
function useScrollToMiddle() {
  const scroller = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const box = scroller.current;
    if (box) box.scrollLeft = (box.scrollWidth - box.clientWidth) / 2;
  }, []);
  return scroller;
}
