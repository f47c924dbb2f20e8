// Package checkout leads an order through stock and payment, and back when one of
// them fails: a saga, with the order's id as its key.
//
//	Reserving ─▶ Charging ─▶ Completed             order confirmed, stock shipped
//	    │           └─────▶ Compensated            order cancelled, stock released
//	    │                        └─────▶ Returned  a late payment, paid back
//	    └─▶ Rejected                               order rejected, out of stock
//
// It hears of the others by their events (see [Saga]) and moves them with commands.
package checkout

import (
	"time"

	"github.com/composable-go/composable/examples/checkout/inventory"
	"github.com/composable-go/composable/examples/checkout/order"
	"github.com/composable-go/composable/examples/checkout/payment"
	"github.com/composable-go/composable/examples/checkout/stream"
	"github.com/composable-go/composable/store"
)

// Step is where a checkout stands.
type Step string

// The steps of a checkout.
const (
	Reserving       Step = "Reserving"
	Charging        Step = "Charging"
	StepCompleted   Step = "Completed"
	StepRejected    Step = "Rejected"
	StepCompensated Step = "Compensated"
	StepReturned    Step = "Returned"
)

// Checkout is the state of one checkout.
type Checkout struct {
	Order       Begun
	AmountCents int64
	Step        Step
}

// overdue is the timer of the payment, and the reason when it has fired.
const overdue = "payment_overdue"

// Reducer is the logic of checkouts.
type Reducer struct {
	PaymentTimeout time.Duration // how long the stock waits for the payment
}

// Reduce implements [store.Reducer].
func (r Reducer) Reduce(s *Checkout, action Action, _ store.Env) (store.Effects, error) {
	switch a := action.(type) {
	case OrderPlaced:
		return s.begin(a), nil
	case StockRefused:
		return s.when(Reserving, Rejected{a.Code}, s.tellOrder(order.Reject{Reason: a.Code})), nil
	case StockReserved:
		return s.when(Reserving, ChargeStarted(a),
			store.Dispatch(stream.Payment, s.Order.OrderID, payment.Charge{
				OrderID: s.Order.OrderID, AmountCents: a.AmountCents, Method: s.Order.PaymentMethod,
			}),
			store.After(overdue, r.PaymentTimeout, PaymentOverdue{})), nil
	case PaymentCaptured:
		return s.paid(), nil
	case PaymentDeclined:
		return s.compensate(a.Code), nil
	case PaymentOverdue:
		return s.compensate(overdue), nil
	default:
		s.apply(action)
	}
	return nil, nil
}

func (s *Checkout) begin(a OrderPlaced) store.Effects {
	return s.when("", Begun(a), store.Dispatch(stream.Inventory, a.Product, inventory.Reserve{
		OrderID: a.OrderID, Quantity: a.Quantity,
	}).OnRefusal(StockRefused{}))
}

// paid completes the order, or sends back money that came too late for it.
func (s *Checkout) paid() store.Effects {
	if s.Step == StepCompensated {
		return s.when(StepCompensated, Returned{}, store.Dispatch(stream.Payment, s.Order.OrderID, payment.Refund{}))
	}
	return s.when(Charging, Completed{}, store.Cancel(overdue),
		s.tellStock(inventory.Ship{OrderID: s.Order.OrderID}),
		s.tellOrder(order.Confirm{AmountCents: s.AmountCents}))
}

func (s *Checkout) compensate(reason string) store.Effects {
	return s.when(Charging, Compensated{reason}, store.Cancel(overdue),
		s.tellStock(inventory.Release{OrderID: s.Order.OrderID}),
		s.tellOrder(order.Cancel{Reason: reason}))
}

// when goes on to the next step, if the checkout stands where the action belongs.
func (s *Checkout) when(step Step, event Action, next ...store.Effect) store.Effects {
	if s.Step != step {
		return nil
	}
	return append(store.Effects{store.Record(event)}, next...)
}

func (s *Checkout) tellOrder(c order.Action) store.Effect {
	return store.Dispatch(stream.Order, s.Order.OrderID, c)
}

func (s *Checkout) tellStock(c inventory.Action) store.Effect {
	return store.Dispatch(stream.Inventory, s.Order.Product, c)
}

func (s *Checkout) apply(event Action) {
	switch e := event.(type) {
	case Begun:
		s.Order, s.Step = e, Reserving
	case ChargeStarted:
		s.AmountCents, s.Step = e.AmountCents, Charging
	case Completed:
		s.Step = StepCompleted
	case Rejected:
		s.Step = StepRejected
	case Compensated:
		s.Step = StepCompensated
	case Returned:
		s.Step = StepReturned
	}
}
