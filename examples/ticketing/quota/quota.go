// Package quota is one customer's share in one event: how many places the
// reservations of all its sections hold and own together.
//
// It stands between reservation and inventory: what it admits it passes on, and
// what the inventory refuses it gives back before it tells the reservation.
package quota

import (
	"github.com/composable-go/composable/examples/ticketing/inventory"
	"github.com/composable-go/composable/examples/ticketing/stream"
	"github.com/composable-go/composable/store"
)

// Quota is the state of one customer's share.
type Quota struct {
	Places map[string]int  // by reservation
	Ended  map[string]bool // reservations that let go, perhaps before they asked
}

func (q *Quota) used() (n int) {
	for _, places := range q.Places {
		n += places
	}
	return n
}

// Action is what can happen to a share.
type Action interface{ quota() }

// Commands and results.
type (
	// Reserve asks for places of a section, for a reservation.
	Reserve struct {
		ReservationID string   `json:"reservation_id"`
		CustomerID    string   `json:"customer_id"`
		EventID       string   `json:"event_id"`
		Section       string   `json:"section"`
		Quantity      int      `json:"quantity"`
		SeatIDs       []string `json:"seat_ids,omitempty"`
	}
	// Release gives a reservation's places back.
	Release struct {
		ReservationID string `json:"reservation_id"`
	}
	// HoldRefused is the inventory's no, and then the answer to the reservation.
	HoldRefused struct {
		ReservationID string `json:"reservation_id"`
		store.Refusal
	}
)

// Events.
type (
	// Reserved counts a reservation's places.
	Reserved struct {
		ReservationID string `json:"reservation_id"`
		Quantity      int    `json:"quantity"`
	}
	// Released counts them no longer.
	Released struct {
		ReservationID string `json:"reservation_id"`
	}
)

func (Reserve) quota()     {}
func (Release) quota()     {}
func (HoldRefused) quota() {}
func (Reserved) quota()    {}
func (Released) quota()    {}

// Refusals.
var (
	ErrExceeded = store.Refuse(store.Conflict, "quota_exceeded", "you have as many places of this event as one person may have")
	ErrEnded    = store.Refuse(store.Conflict, "reservation_ended", "the reservation has ended")
)

// Reducer is the logic of a share.
type Reducer struct {
	Max int // places of one customer at one event; 8 when 0
}

// Actions lists the variants of [Action].
func (Reducer) Actions() store.Actions[Action] {
	return store.Actions[Action]{
		Commands: []Action{Reserve{}, Release{}},
		Events:   []Action{Reserved{}, Released{}},
		Results:  []Action{HoldRefused{}},
		Refusals: []*store.Refusal{ErrExceeded, ErrEnded},
	}
}

// Reduce implements [store.Reducer].
func (r Reducer) Reduce(q *Quota, action Action, _ store.Env) (store.Effects, error) {
	switch a := action.(type) {
	case Reserve:
		return r.reserve(q, a)
	case Release:
		return q.release(a.ReservationID), nil
	case HoldRefused:
		return append(q.release(a.ReservationID), store.Dispatch(stream.Reservation, a.ReservationID, a)), nil
	case Reserved:
		if q.Places == nil {
			q.Places = map[string]int{}
		}
		q.Places[a.ReservationID] = a.Quantity
	case Released:
		if q.Ended == nil {
			q.Ended = map[string]bool{}
		}
		delete(q.Places, a.ReservationID)
		q.Ended[a.ReservationID] = true
	}
	return nil, nil
}

func (r Reducer) reserve(q *Quota, a Reserve) (store.Effects, error) {
	if _, again := q.Places[a.ReservationID]; again {
		return nil, nil // passed on in the commit of the first time
	}
	if q.Ended[a.ReservationID] {
		return nil, ErrEnded
	}
	limit := r.Max
	if limit == 0 {
		limit = inventory.MaxSeats
	}
	quantity := a.Quantity
	if len(a.SeatIDs) > 0 {
		quantity = len(a.SeatIDs)
	}
	if left := limit - q.used(); quantity > left {
		return nil, ErrExceeded.With("left", left)
	}
	hold := inventory.Hold{ReservationID: a.ReservationID, CustomerID: a.CustomerID, Quantity: quantity, SeatIDs: a.SeatIDs}
	return store.Effects{
		store.Record(Reserved{a.ReservationID, quantity}),
		store.Dispatch(stream.Inventory, stream.InventoryKey(a.EventID, a.Section), hold).
			OnRefusal(HoldRefused{ReservationID: a.ReservationID}),
	}, nil
}

func (q *Quota) release(reservation string) store.Effects {
	if q.Ended[reservation] {
		return nil
	}
	return store.Effects{store.Record(Released{reservation})}
}
