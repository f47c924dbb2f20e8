package inventory

import (
	"slices"

	"github.com/composable-go/composable/store"
)

// allot finds what a hold gets; the seats are nil in a general section.
func (s *Inventory) allot(a Hold) (quantity int, seats []string, err error) {
	if s.Terms.Section.Kind == General && len(a.SeatIDs) > 0 {
		return 0, nil, ErrUnknownSeat.WithField("seat_ids", "places of this section have no numbers")
	}
	if len(a.SeatIDs) > 0 {
		seats, err = s.asked(a.SeatIDs)
		return len(seats), seats, err
	}
	if a.Quantity < 1 || a.Quantity > MaxSeats {
		return 0, nil, ErrQuantity.WithField("quantity", "1 to 8")
	}
	if available := s.Available(); a.Quantity > available {
		return 0, nil, insufficient(available, a.Quantity)
	}
	if s.Terms.Section.Kind == General {
		return a.Quantity, nil, nil
	}
	return a.Quantity, s.choose(a.Quantity), nil
}

func insufficient(available, wanted int) error {
	return store.Refuse(ErrInsufficient.Kind, ErrInsufficient.Code, "%d places are left, %d were asked for", available, wanted).
		With("available", available)
}

// asked checks the seats that somebody picked.
func (s *Inventory) asked(ids []string) ([]string, error) {
	var seats, unknown, taken []string
	for _, id := range ids {
		switch {
		case !s.Terms.Section.Has(id):
			unknown = append(unknown, id)
		case !s.free(id):
			taken = append(taken, id)
		case !slices.Contains(seats, id):
			seats = append(seats, id)
		}
	}
	switch {
	case len(unknown) > 0:
		return nil, ErrUnknownSeat.WithField("seat_ids", "unknown seats").With("seats", unknown)
	case len(taken) > 0:
		return nil, ErrSeatTaken.With("seats", taken)
	case len(seats) > MaxSeats:
		return nil, ErrQuantity.WithField("seat_ids", "1 to 8 seats")
	}
	return seats, nil
}

// choose picks n of the free seats, of which there are enough: the first n that
// are side by side, else the first n.
func (s *Inventory) choose(n int) []string {
	var first []string
	for _, row := range s.Terms.Section.Rows {
		var run []string
		for number := range row.Seats {
			seat := row.Seat(number + 1)
			if !s.free(seat) {
				run = nil
				continue
			}
			if run = append(run, seat); len(run) == n {
				return run
			}
			if len(first) < n {
				first = append(first, seat)
			}
		}
	}
	return first
}

func (s *Inventory) mayManage(actor store.Actor) error {
	if s.Terms.Revision == 0 {
		return ErrNotConfigured
	}
	if actor.ID != s.Terms.OwnerID && !actor.Has("admin") {
		return store.ErrForbidden
	}
	return nil
}

func (s *Inventory) block(a Block, actor store.Actor) (store.Effects, error) {
	if err := s.mayManage(actor); err != nil {
		return nil, err
	}
	if s.Terms.Section.Kind == General {
		if a.Quantity < 1 || len(a.SeatIDs) > 0 {
			return nil, ErrQuantity.WithField("quantity", "at least 1")
		}
		if available := s.Available(); a.Quantity > available {
			return nil, insufficient(available, a.Quantity)
		}
		return store.Effects{store.Record(SeatsBlocked{a.Quantity, nil})}, nil
	}
	seats, err := s.known(a.SeatIDs)
	if err != nil {
		return nil, err
	}
	var taken, fresh []string
	for _, id := range seats {
		if s.Owners[id] != "" {
			taken = append(taken, id)
		} else if !s.Off[id] {
			fresh = append(fresh, id)
		}
	}
	if len(taken) > 0 {
		return nil, ErrSeatTaken.With("seats", taken)
	}
	if len(fresh) == 0 {
		return nil, nil
	}
	return store.Effects{store.Record(SeatsBlocked{len(fresh), fresh})}, nil
}

func (s *Inventory) unblock(a Unblock, actor store.Actor) (store.Effects, error) {
	if err := s.mayManage(actor); err != nil {
		return nil, err
	}
	if s.Terms.Section.Kind == General {
		if a.Quantity < 1 || a.Quantity > s.Blocked || len(a.SeatIDs) > 0 {
			return nil, ErrQuantity.WithField("quantity", "1 to as many as are blocked")
		}
		return store.Effects{store.Record(SeatsUnblocked{a.Quantity, nil})}, nil
	}
	seats, err := s.known(a.SeatIDs)
	if err != nil {
		return nil, err
	}
	off := slices.DeleteFunc(seats, func(id string) bool { return !s.Off[id] })
	if len(off) == 0 {
		return nil, nil
	}
	return store.Effects{store.Record(SeatsUnblocked{len(off), off})}, nil
}

// known returns the seats, each once, if all exist.
func (s *Inventory) known(ids []string) ([]string, error) {
	seats := slices.Compact(slices.Sorted(slices.Values(ids)))
	if len(seats) == 0 || slices.ContainsFunc(seats, func(id string) bool { return !s.Terms.Section.Has(id) }) {
		return nil, ErrUnknownSeat.WithField("seat_ids", "seats of this section")
	}
	return seats, nil
}
