package inventory

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// Kind says how the places of a section are sold.
type Kind string

// Kinds of sections.
const (
	General  Kind = "general"  // by quantity
	Numbered Kind = "numbered" // by seat
)

// Row is a row of numbered seats, 1 to Seats; a seat's id is label + number.
type Row struct {
	Label string `json:"label"`
	Seats int    `json:"seats"`
}

// Section is how one part of the house is laid out. A numbered section has rows
// and the sum of their seats as its capacity.
type Section struct {
	Name     string `json:"name"`
	Kind     Kind   `json:"kind"`
	Capacity int    `json:"capacity"`
	Rows     []Row  `json:"rows,omitempty"`
}

// Seats returns the ids of all numbered seats, row by row.
func (s Section) Seats() []string {
	ids := make([]string, 0, s.Capacity)
	for _, row := range s.Rows {
		for n := range row.Seats {
			ids = append(ids, row.Seat(n+1))
		}
	}
	return ids
}

// Seat returns the id of the row's n-th seat.
func (r Row) Seat(n int) string { return r.Label + strconv.Itoa(n) }

// Has reports whether a seat of that id exists.
func (s Section) Has(seat string) bool {
	return slices.ContainsFunc(s.Rows, func(r Row) bool {
		number, ok := strings.CutPrefix(seat, r.Label)
		n, err := strconv.Atoi(number)
		return ok && err == nil && n >= 1 && n <= r.Seats && number == strconv.Itoa(n)
	})
}

// Tier is a price of a section for a while, in minor units of the event's currency.
type Tier struct {
	Kind       string     `json:"kind"` // early_bird, regular or last_minute
	Section    string     `json:"section"`
	PriceCents int64      `json:"price_cents"`
	From       time.Time  `json:"from"`
	Until      *time.Time `json:"until,omitempty"` // exclusive; nil: open end
}

func (t Tier) active(now time.Time) bool {
	return !now.Before(t.From) && (t.Until == nil || now.Before(*t.Until))
}

// Price returns the section's tier at a moment: of the active ones the one that
// began last.
func Price(tiers []Tier, section string, now time.Time) (current Tier, ok bool) {
	for _, t := range tiers {
		if t.Section == section && t.active(now) && (!ok || t.From.After(current.From)) {
			current, ok = t, true
		}
	}
	return current, ok
}

// Sale says whether a section sells.
type Sale string

// States of a sale.
const (
	SaleClosed    Sale = "closed"
	SaleOpen      Sale = "open"
	SaleCancelled Sale = "cancelled" // for good
)

// Terms is what the event lays down for one section.
type Terms struct {
	Revision int64     `json:"revision"` // of the event; the highest holds
	EventID  string    `json:"event_id"`
	OwnerID  string    `json:"owner_id"`
	Section  Section   `json:"section"`
	Tiers    []Tier    `json:"tiers"`
	Currency string    `json:"currency"`
	StartsAt time.Time `json:"starts_at"`
	Sale     Sale      `json:"sale"`
}
