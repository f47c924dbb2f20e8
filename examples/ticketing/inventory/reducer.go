package inventory

import (
	"maps"
	"slices"
	"time"

	"github.com/composable-go/composable/examples/ticketing/stream"
	"github.com/composable-go/composable/store"
)

// MaxSeats is how many places one reservation may hold.
const MaxSeats = 8

// Inventory is the state of one section.
type Inventory struct {
	Terms   Terms
	Holders map[string]Holding // by reservation
	Owners  map[string]string  // of numbered seats: the reservation that holds or owns it
	Off     map[string]bool    // numbered seats that are blocked
	Ended   map[string]bool    // reservations that let go, perhaps before their hold arrived

	Held, Sold, Blocked int
}

// Holding is what one reservation has.
type Holding struct {
	CustomerID string
	SeatIDs    []string
	Quantity   int
	Sold       bool
	Told       bool // that the event is cancelled
}

// Available returns how many places nobody holds, owns or blocks.
func (s *Inventory) Available() int {
	return s.Terms.Section.Capacity - s.Held - s.Sold - s.Blocked
}

func (s *Inventory) free(seat string) bool { return s.Owners[seat] == "" && !s.Off[seat] }

// Refusals.
var (
	ErrNotOnSale     = store.Refuse(store.Conflict, "not_on_sale", "this is not on sale at the moment")
	ErrSeatTaken     = store.Refuse(store.Conflict, "seat_taken", "somebody else has these seats")
	ErrInsufficient  = store.Refuse(store.Conflict, "insufficient_inventory", "there are not enough places left")
	ErrUnknownSeat   = store.Refuse(store.Invalid, "invalid", "there are no such seats")
	ErrQuantity      = store.Refuse(store.Invalid, "invalid", "this quantity is not possible")
	ErrNotHolding    = store.Refuse(store.Conflict, "not_holding", "the reservation does not hold these seats any more")
	ErrEnded         = store.Refuse(store.Conflict, "reservation_ended", "the reservation has ended")
	ErrNotConfigured = store.Refuse(store.NotFound, "not_found", "there is no such section")
)

// Reducer is the logic of a section.
type Reducer struct{}

// Reduce implements [store.Reducer].
func (r Reducer) Reduce(s *Inventory, action Action, env store.Env) (store.Effects, error) {
	switch a := action.(type) {
	case Configure:
		if a.Revision <= s.Terms.Revision {
			return nil, nil
		}
		return store.Effects{store.Record(Configured(a))}, nil
	case Hold:
		return s.hold(a, env.Now)
	case Confirm:
		return s.confirm(a.ReservationID)
	case Release:
		return s.release(a.ReservationID), nil
	case Block:
		return s.block(a, env.Actor)
	case Unblock:
		return s.unblock(a, env.Actor)
	case TellHolders:
		return s.tellHolders(), nil
	}
	return s.apply(action), nil
}

func (s *Inventory) hold(a Hold, now time.Time) (store.Effects, error) {
	if _, again := s.Holders[a.ReservationID]; again {
		return nil, nil // the first time was answered in the same commit
	}
	if s.Ended[a.ReservationID] {
		return nil, ErrEnded
	}
	price, ok := Price(s.Terms.Tiers, s.Terms.Section.Name, now)
	if s.Terms.Sale != SaleOpen || !ok {
		return nil, ErrNotOnSale
	}
	quantity, seats, err := s.allot(a)
	if err != nil {
		return nil, err
	}
	return store.Effects{
		store.Record(SeatsHeld{a.ReservationID, a.CustomerID, quantity, seats, price.PriceCents, price.Kind}),
		store.Dispatch(stream.Reservation, a.ReservationID,
			HoldGranted{seats, quantity, price.PriceCents, s.Terms.Currency, price.Kind}),
	}, nil
}

// confirm answers again when asked again: the question may be of a later try.
func (s *Inventory) confirm(reservation string) (store.Effects, error) {
	h, ok := s.Holders[reservation]
	if !ok {
		return nil, ErrNotHolding
	}
	var effects store.Effects
	if !h.Sold {
		effects = append(effects, store.Record(SeatsSold{reservation, h.CustomerID, h.Quantity, h.SeatIDs}))
	}
	return append(effects, store.Dispatch(stream.Reservation, reservation, SaleConfirmed{})), nil
}

func (s *Inventory) release(reservation string) store.Effects {
	h, ok := s.Holders[reservation]
	if !ok {
		if s.Ended[reservation] {
			return nil
		}
		return store.Effects{store.Record(Barred{reservation})}
	}
	effects := store.Effects{store.Record(SeatsReleased{reservation, h.Quantity, h.SeatIDs, h.Sold})}
	if h.Sold {
		effects = append(effects, store.Dispatch(stream.Reservation, reservation, SeatsReturned{s.Terms.StartsAt}))
	}
	return effects
}

// tellBatch bounds how much one commit carries when a full house is cancelled.
const tellBatch = 100

func (s *Inventory) tellHolders() store.Effects {
	var untold []string
	for _, id := range slices.Sorted(maps.Keys(s.Holders)) {
		if !s.Holders[id].Told {
			untold = append(untold, id)
		}
	}
	if s.Terms.Sale != SaleCancelled || len(untold) == 0 {
		return nil
	}
	now := untold[:min(tellBatch, len(untold))]
	effects := store.Effects{store.Record(HoldersTold{now})}
	for _, id := range now {
		effects = append(effects, store.Dispatch(stream.Reservation, id, EventCancelled{}))
	}
	if len(now) < len(untold) {
		effects = append(effects, s.goOnTelling())
	}
	return effects
}

func (s *Inventory) goOnTelling() store.DispatchEffect {
	return store.Dispatch(stream.Inventory, stream.InventoryKey(s.Terms.EventID, s.Terms.Section.Name), TellHolders{})
}
