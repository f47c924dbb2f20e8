package readmodel

import (
	"context"
	"database/sql"
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"github.com/composable-go/composable/examples/ticketing/inventory"
	"github.com/composable-go/composable/examples/ticketing/stream"
	"github.com/composable-go/composable/projection"
)

func sections() projection.Projection {
	return projection.New("sections", []string{
		`CREATE TABLE IF NOT EXISTS {sections} (
			event_id TEXT NOT NULL, name TEXT NOT NULL, capacity BIGINT NOT NULL, terms TEXT NOT NULL,
			held BIGINT NOT NULL DEFAULT 0, sold BIGINT NOT NULL DEFAULT 0, blocked BIGINT NOT NULL DEFAULT 0,
			PRIMARY KEY (event_id, name))`,
		`CREATE TABLE IF NOT EXISTS {seats} (
			event_id TEXT NOT NULL, section TEXT NOT NULL, id TEXT NOT NULL, place BIGINT NOT NULL,
			row_label TEXT NOT NULL, number BIGINT NOT NULL, status TEXT NOT NULL, customer_id TEXT NOT NULL DEFAULT '',
			PRIMARY KEY (event_id, section, id))`,
	},
		projection.On(stream.Inventory, configured),
		forget(`UPDATE {seats} SET customer_id = $1 WHERE customer_id = $2`),
		projection.On(stream.Inventory, func(ctx context.Context, tx *projection.Tx, m projection.Meta, e inventory.SeatsHeld) error {
			return move(ctx, tx, m.Key, e.SeatIDs, "held", e.CustomerID, e.Quantity, 0, 0)
		}),
		projection.On(stream.Inventory, func(ctx context.Context, tx *projection.Tx, m projection.Meta, e inventory.SeatsSold) error {
			return move(ctx, tx, m.Key, e.SeatIDs, "sold", e.CustomerID, -e.Quantity, e.Quantity, 0)
		}),
		projection.On(stream.Inventory, func(ctx context.Context, tx *projection.Tx, m projection.Meta, e inventory.SeatsReleased) error {
			if e.Sold {
				return move(ctx, tx, m.Key, e.SeatIDs, "available", "", 0, -e.Quantity, 0)
			}
			return move(ctx, tx, m.Key, e.SeatIDs, "available", "", -e.Quantity, 0, 0)
		}),
		projection.On(stream.Inventory, func(ctx context.Context, tx *projection.Tx, m projection.Meta, e inventory.SeatsBlocked) error {
			return move(ctx, tx, m.Key, e.SeatIDs, "blocked", "", 0, 0, e.Quantity)
		}),
		projection.On(stream.Inventory, func(ctx context.Context, tx *projection.Tx, m projection.Meta, e inventory.SeatsUnblocked) error {
			return move(ctx, tx, m.Key, e.SeatIDs, "available", "", 0, 0, -e.Quantity)
		}),
	)
}

func configured(ctx context.Context, tx *projection.Tx, _ projection.Meta, e inventory.Configured) error {
	terms, err := json.Marshal(e.Terms)
	if err != nil {
		return err
	}
	err = exec(ctx, tx, `INSERT INTO {sections} (event_id, name, capacity, terms) VALUES ($1, $2, $3, $4)
		ON CONFLICT (event_id, name) DO UPDATE SET terms = $4`, e.EventID, e.Section.Name, e.Section.Capacity, string(terms))
	if err != nil {
		return err
	}
	var seats int
	err = tx.QueryRow(ctx, `SELECT count(*) FROM {seats} WHERE event_id = $1 AND section = $2`, e.EventID, e.Section.Name).Scan(&seats)
	if err != nil || seats > 0 {
		return err
	}
	return insertSeats(ctx, tx, e.EventID, e.Section)
}

// insertSeats fills a numbered section, some hundred seats to the statement.
func insertSeats(ctx context.Context, tx *projection.Tx, eventID string, section inventory.Section) error {
	const most = 200
	var values []string
	var args []any
	flush := func() error {
		if len(values) == 0 {
			return nil
		}
		err := exec(ctx, tx, `INSERT INTO {seats} (event_id, section, id, place, row_label, number, status) VALUES `+strings.Join(values, ", "), args...)
		values, args = nil, nil
		return err
	}
	place := 0
	for _, row := range section.Rows {
		for n := range row.Seats {
			values = append(values, placeholders(len(args), 7))
			args = append(args, eventID, section.Name, row.Seat(n+1), place, row.Label, n+1, "available")
			place++
			if len(values) == most {
				if err := flush(); err != nil {
					return err
				}
			}
		}
	}
	return flush()
}

// placeholders returns "($after+1, …)" for n values.
func placeholders(after, n int) string {
	names := make([]string, n)
	for i := range names {
		names[i] = "$" + strconv.Itoa(after+i+1)
	}
	return "(" + strings.Join(names, ", ") + ")"
}

// move changes the state of seats, and the section's counts by so many. What nobody
// holds nobody is sold.
func move(ctx context.Context, tx *projection.Tx, key string, seats []string, status, customer string, held, sold, blocked int) error {
	eventID, section := stream.SplitInventoryKey(key)
	for _, seat := range seats {
		err := exec(ctx, tx, `UPDATE {seats} SET status = $1, customer_id = CASE WHEN customer_id = $2 AND $1 = 'sold' THEN $2 ELSE $3 END
			WHERE event_id = $4 AND section = $5 AND id = $6`, status, nobody, customer, eventID, section, seat)
		if err != nil {
			return err
		}
	}
	return exec(ctx, tx, `UPDATE {sections} SET held = held + $1, sold = sold + $2, blocked = blocked + $3
		WHERE event_id = $4 AND name = $5`, held, sold, blocked, eventID, section)
}

// Availability is how many places of a section are left, and their price now.
type Availability struct {
	Section    string         `json:"section"`
	Kind       inventory.Kind `json:"kind"`
	Total      int            `json:"total"`
	Held       int            `json:"held"`
	Blocked    int            `json:"blocked"`
	Sold       int            `json:"sold"`
	Available  int            `json:"available"`
	PriceCents *int64         `json:"price_cents"` // null when no tier is active
	Tier       *string        `json:"tier"`
}

// Availability lists the sections of an event, by name. An event that was never
// published has none.
func (m *Model) Availability(ctx context.Context, eventID string, now time.Time) ([]Availability, error) {
	return collect(ctx, m.db, func(rows *sql.Rows) (a Availability, err error) {
		var text string
		if err := rows.Scan(&text, &a.Total, &a.Held, &a.Sold, &a.Blocked); err != nil {
			return a, err
		}
		var terms inventory.Terms
		if err := json.Unmarshal([]byte(text), &terms); err != nil {
			return a, err
		}
		a.Section, a.Kind = terms.Section.Name, terms.Section.Kind
		a.Available = a.Total - a.Held - a.Sold - a.Blocked
		if tier, ok := inventory.Price(terms.Tiers, a.Section, now); ok {
			a.PriceCents, a.Tier = &tier.PriceCents, &tier.Kind
		}
		return a, nil
	}, `SELECT terms, capacity, held, sold, blocked FROM sections WHERE event_id = $1 ORDER BY name`, eventID)
}

// Seat is one numbered seat as a caller sees it.
type Seat struct {
	ID     string `json:"id"`
	Row    string `json:"row"`
	Number int    `json:"number"`
	Status string `json:"status"` // available, held, sold or blocked
	Mine   bool   `json:"mine"`
}

// Seats lists the seats of a section in the order of the house.
func (m *Model) Seats(ctx context.Context, eventID, section, callerID string) ([]Seat, error) {
	return collect(ctx, m.db, func(rows *sql.Rows) (s Seat, err error) {
		var customer string
		err = rows.Scan(&s.ID, &s.Row, &s.Number, &s.Status, &customer)
		s.Mine = customer != "" && customer == callerID
		return s, err
	}, `SELECT id, row_label, number, status, customer_id FROM seats WHERE event_id = $1 AND section = $2 ORDER BY place`, eventID, section)
}
