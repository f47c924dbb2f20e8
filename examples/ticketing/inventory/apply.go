package inventory

import "github.com/composable-go/composable/store"

// apply changes the state by an event.
func (s *Inventory) apply(event Action) store.Effects {
	if s.Holders == nil {
		s.Holders, s.Owners = map[string]Holding{}, map[string]string{}
		s.Off, s.Ended = map[string]bool{}, map[string]bool{}
	}
	switch e := event.(type) {
	case Configured:
		cancelled := e.Sale == SaleCancelled && s.Terms.Sale != SaleCancelled
		s.Terms = e.Terms
		if cancelled {
			return store.Effects{s.goOnTelling()}
		}
	case SeatsHeld:
		s.Holders[e.ReservationID] = Holding{CustomerID: e.CustomerID, SeatIDs: e.SeatIDs, Quantity: e.Quantity}
		s.Held += e.Quantity
		for _, id := range e.SeatIDs {
			s.Owners[id] = e.ReservationID
		}
	case SeatsSold:
		h := s.Holders[e.ReservationID]
		h.Sold = true
		s.Holders[e.ReservationID] = h
		s.Held -= e.Quantity
		s.Sold += e.Quantity
	case SeatsReleased:
		s.giveBack(e)
	case Barred:
		s.Ended[e.ReservationID] = true
	case SeatsBlocked:
		s.Blocked += e.Quantity
		for _, id := range e.SeatIDs {
			s.Off[id] = true
		}
	case SeatsUnblocked:
		s.Blocked -= e.Quantity
		for _, id := range e.SeatIDs {
			delete(s.Off, id)
		}
	case HoldersTold:
		for _, id := range e.ReservationIDs {
			h := s.Holders[id]
			h.Told = true
			s.Holders[id] = h
		}
	}
	return nil
}

func (s *Inventory) giveBack(e SeatsReleased) {
	delete(s.Holders, e.ReservationID)
	s.Ended[e.ReservationID] = true
	if e.Sold {
		s.Sold -= e.Quantity
	} else {
		s.Held -= e.Quantity
	}
	for _, id := range e.SeatIDs {
		delete(s.Owners, id)
	}
}
