// Package order is an order as a reducer: placed, then cancelled or shipped.
package order

import (
	"time"

	"github.com/composable-go/composable/store"
)

// Status is where an order stands.
type Status string

// The states of an order; Cancelled and Shipped are final.
const (
	StatusPlaced    Status = "Placed"
	StatusCancelled Status = "Cancelled"
	StatusShipped   Status = "Shipped"
)

// Item is one line of an order. Prices are in cents.
type Item struct {
	ProductID      string `json:"product_id"`
	Name           string `json:"name"`
	Quantity       int64  `json:"quantity"`
	UnitPriceCents int64  `json:"unit_price_cents"`
}

// Order is the state of one order.
type Order struct {
	ID          string
	CustomerID  string
	Items       []Item
	TotalCents  int64
	Status      Status
	PlacedAt    time.Time
	Reason      string
	CancelledAt time.Time
	Tracking    string
	ShippedAt   time.Time
}

// Action is what can happen to an order.
type Action interface{ order() }

// Commands.
type (
	// Place makes the order.
	Place struct {
		ID         string
		CustomerID string
		Items      []Item
	}
	// Cancel ends an order that was not shipped.
	Cancel struct {
		Reason string `json:"reason"`
	}
	// Ship sends an order on its way.
	Ship struct {
		Tracking string `json:"tracking"`
	}
)

// Events.
type (
	// Placed is an order's first event.
	Placed struct {
		ID         string
		CustomerID string
		Items      []Item
		TotalCents int64
	}
	// Cancelled ends it without delivery.
	Cancelled struct{ Reason string }
	// Shipped ends it with one.
	Shipped struct{ Tracking string }
)

func (Place) order()     {}
func (Cancel) order()    {}
func (Ship) order()      {}
func (Placed) order()    {}
func (Cancelled) order() {}
func (Shipped) order()   {}

// Reducer is the logic of orders.
type Reducer struct{}

// Actions lists the variants of [Action].
func (Reducer) Actions() store.Actions[Action] {
	return store.Actions[Action]{
		Commands: []Action{Place{}, Cancel{}, Ship{}},
		Events:   []Action{Placed{}, Cancelled{}, Shipped{}},
	}
}

// Reduce decides commands and folds events.
func (Reducer) Reduce(o *Order, a Action, env store.Env) (store.Effects, error) {
	switch a := a.(type) {
	case Place:
		return place(o, a)
	case Cancel:
		return inPlaced(o, "cancelled", Cancelled(a))
	case Ship:
		return inPlaced(o, "shipped", Shipped(a))
	case Placed:
		*o = Order{
			ID: a.ID, CustomerID: a.CustomerID, Items: a.Items, TotalCents: a.TotalCents,
			Status: StatusPlaced, PlacedAt: env.Now,
		}
	case Cancelled:
		o.Status, o.Reason, o.CancelledAt = StatusCancelled, a.Reason, env.Now
	case Shipped:
		o.Status, o.Tracking, o.ShippedAt = StatusShipped, a.Tracking, env.Now
	}
	return nil, nil
}

func place(o *Order, p Place) (store.Effects, error) {
	if o.Status != "" {
		return nil, refuse("the order exists already, it is %s", o.Status)
	}
	total, err := total(p.Items)
	if err != nil {
		return nil, err
	}
	return store.Effects{store.Record(Placed{p.ID, p.CustomerID, p.Items, total})}, nil
}

// Limits keep the sum far from where integers end.
const (
	maxItems     = 100
	maxQuantity  = 10_000
	maxUnitPrice = 100_000_000 // a million, in cents
)

func total(items []Item) (cents int64, err error) {
	if len(items) == 0 || len(items) > maxItems {
		return 0, refuse("an order has 1 to %d items", maxItems)
	}
	for _, i := range items {
		if i.Quantity < 1 || i.Quantity > maxQuantity || i.UnitPriceCents < 0 || i.UnitPriceCents > maxUnitPrice {
			return 0, refuse("%q needs a quantity of 1 to %d and a price of 0 to %d cents", i.ProductID, maxQuantity, maxUnitPrice)
		}
		cents += i.Quantity * i.UnitPriceCents
	}
	return cents, nil
}

func inPlaced(o *Order, what string, event Action) (store.Effects, error) {
	if o.Status == "" {
		return nil, store.Refuse(store.NotFound, "not_found", "there is no such order")
	}
	if o.Status != StatusPlaced {
		return nil, refuse("an order that is %s cannot be %s", o.Status, what)
	}
	return store.Effects{store.Record(event)}, nil
}

func refuse(format string, args ...any) error {
	return store.Refuse(store.BadRequest, "refused", format, args...)
}
