// Package inventory is the stock of one product: what can be sold, and what is kept
// for which order until it is shipped or released.
package inventory

import "github.com/composable-go/composable/store"

// Product is the state of one product's stock. Prices are in cents.
type Product struct {
	ID         string
	PriceCents int64 // 0: there is no such product
	Available  int64
	Reserved   map[string]int64 // pieces by order
}

// Action is what can happen to a stock.
type Action interface{ inventory() }

// Commands: the first is the shop's, the others are the checkout's.
type (
	// Receive adds pieces, and says what one costs from now on. ID is the stream's key.
	Receive struct {
		ID         string `json:"id"`
		Quantity   int64  `json:"quantity"`
		PriceCents int64  `json:"price_cents"`
	}
	// Reserve keeps pieces for an order, at the price of now.
	Reserve struct {
		OrderID  string `json:"order_id"`
		Quantity int64  `json:"quantity"`
	}
	// Release puts them back.
	Release struct {
		OrderID string `json:"order_id"`
	}
	// Ship sends them away.
	Ship struct {
		OrderID string `json:"order_id"`
	}
)

// Events.
type (
	// Received means that there are more pieces.
	Received struct {
		ID         string `json:"id"`
		Quantity   int64  `json:"quantity"`
		PriceCents int64  `json:"price_cents"`
	}
	// Reserved means that some are kept for an order, and what they cost together.
	Reserved struct {
		OrderID     string `json:"order_id"`
		Quantity    int64  `json:"quantity"`
		AmountCents int64  `json:"amount_cents"`
	}
	// Released means that they are for sale again.
	Released struct {
		OrderID string `json:"order_id"`
	}
	// Shipped means that they are gone.
	Shipped struct {
		OrderID string `json:"order_id"`
	}
)

func (Receive) inventory()  {}
func (Reserve) inventory()  {}
func (Release) inventory()  {}
func (Ship) inventory()     {}
func (Received) inventory() {}
func (Reserved) inventory() {}
func (Released) inventory() {}
func (Shipped) inventory()  {}

// Limits of one delivery; they keep the sums far from where integers end.
const (
	MaxQuantity   = 1_000_000
	MaxPriceCents = 100_000_000
)

// Refusals.
var (
	ErrInvalid    = store.Refuse(store.Invalid, "invalid", "a delivery has 1 to %d pieces, for 1 to %d cents each", MaxQuantity, MaxPriceCents)
	ErrOutOfStock = store.Refuse(store.Conflict, "out_of_stock", "there are not as many pieces")
)

// Reducer is the logic of a stock.
type Reducer struct{}

// Actions lists the variants of [Action].
func (Reducer) Actions() store.Actions[Action] {
	return store.Actions[Action]{
		Commands: []Action{Receive{}, Reserve{}, Release{}, Ship{}},
		Events:   []Action{Received{}, Reserved{}, Released{}, Shipped{}},
		Refusals: []*store.Refusal{ErrInvalid, ErrOutOfStock},
	}
}

// Reduce implements [store.Reducer].
func (Reducer) Reduce(s *Product, action Action, _ store.Env) (store.Effects, error) {
	switch a := action.(type) {
	case Receive:
		if a.Quantity < 1 || a.Quantity > MaxQuantity || a.PriceCents < 1 || a.PriceCents > MaxPriceCents {
			return nil, ErrInvalid
		}
		return store.Effects{store.Record(Received(a))}, nil
	case Reserve:
		return s.reserve(a)
	case Release:
		return s.letGo(a.OrderID, Released(a)), nil
	case Ship:
		return s.letGo(a.OrderID, Shipped(a)), nil
	default:
		s.apply(action)
	}
	return nil, nil
}

func (s *Product) reserve(r Reserve) (store.Effects, error) {
	if _, twice := s.Reserved[r.OrderID]; twice {
		return nil, nil
	}
	if r.Quantity > s.Available {
		return nil, ErrOutOfStock.With("available", s.Available)
	}
	return store.Effects{store.Record(Reserved{r.OrderID, r.Quantity, r.Quantity * s.PriceCents})}, nil
}

// letGo does nothing when nothing is kept for the order.
func (s *Product) letGo(orderID string, event Action) store.Effects {
	if _, ok := s.Reserved[orderID]; !ok {
		return nil
	}
	return store.Effects{store.Record(event)}
}

func (s *Product) apply(event Action) {
	switch e := event.(type) {
	case Received:
		s.ID, s.PriceCents = e.ID, e.PriceCents
		s.Available += e.Quantity
	case Reserved:
		if s.Reserved == nil {
			s.Reserved = map[string]int64{}
		}
		s.Reserved[e.OrderID] = e.Quantity
		s.Available -= e.Quantity
	case Released:
		s.Available += s.Reserved[e.OrderID]
		delete(s.Reserved, e.OrderID)
	case Shipped:
		delete(s.Reserved, e.OrderID)
	}
}
