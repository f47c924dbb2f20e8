package event

import (
	"time"

	"github.com/composable-go/composable/examples/ticketing/inventory"
	"github.com/composable-go/composable/store"
	"github.com/composable-go/composable/web"
)

// Action is what can happen to an event.
type Action interface{ event() }

// Commands and results.
type (
	// Create makes a draft. ID is the stream's key.
	Create struct {
		ID string
		Details
	}
	// Edit changes what is not nil. A draft may change in every field, a published
	// event in title, description and times.
	Edit struct {
		Title       *string              `json:"title,omitempty"`
		Description *string              `json:"description,omitempty"`
		StartsAt    *time.Time           `json:"starts_at,omitempty"`
		EndsAt      *time.Time           `json:"ends_at,omitempty"`
		Timezone    *string              `json:"timezone,omitempty"`
		Currency    *string              `json:"currency,omitempty"`
		Venue       *Venue               `json:"venue,omitempty"`
		Sections    *[]inventory.Section `json:"sections,omitempty"`
		Tiers       *[]inventory.Tier    `json:"tiers,omitempty"`
	}
	// Publish makes a draft public and its sections ready to be sold.
	Publish struct{}
	// OpenSales lets people buy.
	OpenSales struct{}
	// CloseSales ends that for now.
	CloseSales struct{}
	// Cancel calls the event off.
	Cancel struct {
		Reason string `json:"reason"`
	}
	// Delete drops a draft.
	Delete struct{}
	// Complete is the timer at the event's end.
	Complete struct{}
)

// Events.
type (
	// EventCreated is an event's first.
	EventCreated struct {
		ID      string    `json:"id"`
		OwnerID string    `json:"owner_id"`
		At      time.Time `json:"at"`
		Details
	}
	// EventEdited replaces the details.
	EventEdited struct{ Details }
	// EventPublished makes it public.
	EventPublished struct{}
	// SalesOpened lets people buy.
	SalesOpened struct{}
	// SalesEnded ends that for now.
	SalesEnded struct{}
	// EventCancelled calls it off.
	EventCancelled struct {
		Reason string `json:"reason"`
	}
	// EventDeleted drops a draft.
	EventDeleted struct{}
	// EventCompleted says that it is over.
	EventCompleted struct{}
)

func (Create) event()         {}
func (Edit) event()           {}
func (Publish) event()        {}
func (OpenSales) event()      {}
func (CloseSales) event()     {}
func (Cancel) event()         {}
func (Delete) event()         {}
func (Complete) event()       {}
func (EventCreated) event()   {}
func (EventEdited) event()    {}
func (EventPublished) event() {}
func (SalesOpened) event()    {}
func (SalesEnded) event()     {}
func (EventCancelled) event() {}
func (EventDeleted) event()   {}
func (EventCompleted) event() {}

// Actions lists the variants of [Action].
func (Reducer) Actions() store.Actions[Action] {
	return store.Actions[Action]{
		Commands: []Action{Create{}, Edit{}, Publish{}, OpenSales{}, CloseSales{}, Cancel{}, Delete{}},
		Results:  []Action{Complete{}},
		Events: []Action{
			EventCreated{},
			EventEdited{},
			EventPublished{},
			SalesOpened{},
			SalesEnded{},
			EventCancelled{},
			EventDeleted{},
			EventCompleted{},
		},
		Refusals: []*store.Refusal{ErrExists, ErrNotFound, ErrSignIn, ErrTransition, ErrTooLate, web.ErrInvalid},
	}
}
