// Package order is what a customer wants and what became of it. It knows neither the
// stock nor the payment; the checkout tells it the outcome.
package order

import "github.com/composable-go/composable/store"

// Status is where an order stands.
type Status string

// The states of an order; all but Placed are final.
const (
	StatusPlaced    Status = "Placed"
	StatusConfirmed Status = "Confirmed"
	StatusRejected  Status = "Rejected"  // there was no stock
	StatusCancelled Status = "Cancelled" // there was no payment
)

// Order is the state of one order: some pieces of one product.
type Order struct {
	ID          string
	Product     string
	Quantity    int64
	AmountCents int64 // known when it is confirmed
	Status      Status
	Reason      string // why it was rejected or cancelled
}

// Final reports whether nothing more will happen.
func (o Order) Final() bool { return o.Status != StatusPlaced }

// Action is what can happen to an order.
type Action interface{ order() }

// Commands: the first is the customer's, the others are the checkout's.
type (
	// Place makes the order; ID is the stream's key. PaymentMethod is the gateway's
	// token for a card, worth nothing to anybody but this shop.
	Place struct {
		ID            string `json:"id"`
		Product       string `json:"product"`
		Quantity      int64  `json:"quantity"`
		PaymentMethod string `json:"payment_method"`
	}
	// Confirm ends it well.
	Confirm struct {
		AmountCents int64 `json:"amount_cents"`
	}
	// Reject ends it without stock.
	Reject struct {
		Reason string `json:"reason"`
	}
	// Cancel ends it without payment.
	Cancel struct {
		Reason string `json:"reason"`
	}
)

// Events.
type (
	// Placed is an order's first event.
	Placed struct {
		ID            string `json:"id"`
		Product       string `json:"product"`
		Quantity      int64  `json:"quantity"`
		PaymentMethod string `json:"payment_method"`
	}
	// Confirmed means that it is paid and will be sent.
	Confirmed struct {
		AmountCents int64 `json:"amount_cents"`
	}
	// Rejected means that there is no stock for it.
	Rejected struct {
		Reason string `json:"reason"`
	}
	// Cancelled means that it was not paid.
	Cancelled struct {
		Reason string `json:"reason"`
	}
)

func (Place) order()     {}
func (Confirm) order()   {}
func (Reject) order()    {}
func (Cancel) order()    {}
func (Placed) order()    {}
func (Confirmed) order() {}
func (Rejected) order()  {}
func (Cancelled) order() {}

// MaxQuantity is how many pieces one order may have.
const MaxQuantity = 1000

// Refusals.
var (
	ErrInvalid = store.Refuse(store.Invalid, "invalid", "an order names a product, 1 to %d pieces, and how it is paid", MaxQuantity)
	ErrExists  = store.Refuse(store.Conflict, "already_placed", "this order exists already")
	ErrDecided = store.Refuse(store.Conflict, "not_open", "there is no such order, or its outcome is known already")
)

// Reducer is the logic of orders.
type Reducer struct{}

// Actions lists the variants of [Action].
func (Reducer) Actions() store.Actions[Action] {
	return store.Actions[Action]{
		Commands: []Action{Place{}, Confirm{}, Reject{}, Cancel{}},
		Events:   []Action{Placed{}, Confirmed{}, Rejected{}, Cancelled{}},
		Refusals: []*store.Refusal{ErrInvalid, ErrExists, ErrDecided},
	}
}

// Reduce implements [store.Reducer].
func (Reducer) Reduce(s *Order, action Action, _ store.Env) (store.Effects, error) {
	switch a := action.(type) {
	case Place:
		return s.place(a)
	case Confirm:
		return s.end(Confirmed(a))
	case Reject:
		return s.end(Rejected(a))
	case Cancel:
		return s.end(Cancelled(a))
	case Placed:
		*s = Order{ID: a.ID, Product: a.Product, Quantity: a.Quantity, Status: StatusPlaced}
	case Confirmed:
		s.Status, s.AmountCents = StatusConfirmed, a.AmountCents
	case Rejected:
		s.Status, s.Reason = StatusRejected, a.Reason
	case Cancelled:
		s.Status, s.Reason = StatusCancelled, a.Reason
	}
	return nil, nil
}

func (s *Order) place(p Place) (store.Effects, error) {
	if s.Status != "" {
		return nil, ErrExists
	}
	if p.Product == "" || p.Quantity < 1 || p.Quantity > MaxQuantity || p.PaymentMethod == "" {
		return nil, ErrInvalid
	}
	return store.Effects{store.Record(Placed(p))}, nil
}

func (s *Order) end(event Action) (store.Effects, error) {
	if s.Status != StatusPlaced {
		return nil, ErrDecided
	}
	return store.Effects{store.Record(event)}, nil
}
