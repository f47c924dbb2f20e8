package checkout

import "github.com/composable-go/composable/store"

// Action is what can happen to a checkout. None is a command: nobody from outside
// takes part.
type Action interface{ checkout() }

// Results: what the others have recorded or refused, and the timer.
type (
	// OrderPlaced begins it.
	OrderPlaced struct {
		OrderID       string `json:"order_id"`
		Product       string `json:"product"`
		Quantity      int64  `json:"quantity"`
		PaymentMethod string `json:"payment_method"`
	}
	// StockReserved brings the price.
	StockReserved struct {
		AmountCents int64 `json:"amount_cents"`
	}
	// StockRefused is the inventory's no.
	StockRefused struct{ store.Refusal }
	// PaymentCaptured says that the money is there.
	PaymentCaptured struct{}
	// PaymentDeclined says that it will not be.
	PaymentDeclined struct {
		Code string `json:"code"`
	}
	// PaymentOverdue says that neither came in time.
	PaymentOverdue struct{}
)

// Events.
type (
	// Begun is a checkout's first event.
	Begun struct {
		OrderID       string `json:"order_id"`
		Product       string `json:"product"`
		Quantity      int64  `json:"quantity"`
		PaymentMethod string `json:"payment_method"`
	}
	// ChargeStarted means that the stock is there.
	ChargeStarted struct {
		AmountCents int64 `json:"amount_cents"`
	}
	// Completed ends it well.
	Completed struct{}
	// Rejected ends it without stock.
	Rejected struct {
		Reason string `json:"reason"`
	}
	// Compensated ends it without payment.
	Compensated struct {
		Reason string `json:"reason"`
	}
	// Returned means that a payment came all the same, and goes back.
	Returned struct{}
)

func (OrderPlaced) checkout()     {}
func (StockReserved) checkout()   {}
func (StockRefused) checkout()    {}
func (PaymentCaptured) checkout() {}
func (PaymentDeclined) checkout() {}
func (PaymentOverdue) checkout()  {}
func (Begun) checkout()           {}
func (ChargeStarted) checkout()   {}
func (Completed) checkout()       {}
func (Rejected) checkout()        {}
func (Compensated) checkout()     {}
func (Returned) checkout()        {}

// Actions lists the variants of [Action].
func (Reducer) Actions() store.Actions[Action] {
	return store.Actions[Action]{
		Results: []Action{
			OrderPlaced{}, StockReserved{}, StockRefused{}, PaymentCaptured{}, PaymentDeclined{}, PaymentOverdue{},
		},
		Events: []Action{Begun{}, ChargeStarted{}, Completed{}, Rejected{}, Compensated{}, Returned{}},
	}
}
