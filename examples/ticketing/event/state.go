// Package event is what is on sale: by whom, when, in which state.
//
//	Draft → Published → SalesOpen ⇄ SalesClosed → Completed
//	                 Cancelled from any of these but Completed
//
// Whatever changes the terms of its sections is told to their inventories, with
// the event's revision, so that the newest terms win in whatever order they come.
package event

import (
	"time"

	"github.com/composable-go/composable/examples/ticketing/inventory"
	"github.com/composable-go/composable/examples/ticketing/stream"
	"github.com/composable-go/composable/store"
)

// Status is where an event stands.
type Status string

// The states of an event; Completed, Cancelled and Deleted are final.
const (
	Draft       Status = "Draft"
	Published   Status = "Published"
	SalesOpen   Status = "SalesOpen"
	SalesClosed Status = "SalesClosed"
	Completed   Status = "Completed"
	Cancelled   Status = "Cancelled"
	Deleted     Status = "Deleted" // a draft that never was an event
)

// Venue is where it happens.
type Venue struct {
	Name    string `json:"name"`
	Address string `json:"address"`
}

// Details is what an organiser says about an event.
type Details struct {
	Title       string              `json:"title"`
	Description string              `json:"description"`
	StartsAt    time.Time           `json:"starts_at"`
	EndsAt      time.Time           `json:"ends_at"`
	Timezone    string              `json:"timezone"` // IANA name
	Currency    string              `json:"currency"` // ISO 4217
	Venue       Venue               `json:"venue"`
	Sections    []inventory.Section `json:"sections"`
	Tiers       []inventory.Tier    `json:"tiers"`
}

// Event is the state of one event.
type Event struct {
	Details
	ID        string
	OwnerID   string
	Status    Status
	Reason    string // why it was cancelled
	CreatedAt time.Time
	Revision  int64 // counts its changes
}

// Section returns the section of that name; ok is false when there is none.
func (e *Event) Section(name string) (s inventory.Section, ok bool) {
	for _, s := range e.Sections {
		if s.Name == name {
			return s, true
		}
	}
	return s, false
}

// MayManage reports whether the actor is the event's owner or an admin.
func (e *Event) MayManage(actor store.Actor) bool {
	return actor.ID != "" && (actor.ID == e.OwnerID || actor.Has("admin"))
}

// Visible reports whether the event exists for the actor: drafts do for those only
// who may manage them.
func (e *Event) Visible(actor store.Actor) bool {
	switch e.Status {
	case "", Deleted:
		return false
	case Draft:
		return e.MayManage(actor)
	}
	return true
}

func (e *Event) terms(section inventory.Section) inventory.Terms {
	t := inventory.Terms{
		Revision: e.Revision, EventID: e.ID, OwnerID: e.OwnerID, Section: section,
		Currency: e.Currency, StartsAt: e.StartsAt, Sale: inventory.SaleClosed,
	}
	for _, tier := range e.Tiers {
		if tier.Section == section.Name {
			t.Tiers = append(t.Tiers, tier)
		}
	}
	switch e.Status {
	case SalesOpen:
		t.Sale = inventory.SaleOpen
	case Cancelled:
		t.Sale = inventory.SaleCancelled
	}
	return t
}

// tellInventories lays the terms down for every section.
func (e *Event) tellInventories() (effects store.Effects) {
	for _, s := range e.Sections {
		key := stream.InventoryKey(e.ID, s.Name)
		effects = append(effects, store.Dispatch(stream.Inventory, key, inventory.Configure{Terms: e.terms(s)}))
	}
	return effects
}
