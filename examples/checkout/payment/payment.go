// Package payment is the charge of one order and its refund, carried out by a
// [Gateway] outside of any transaction, under a key by which it charges once however
// often it is asked.
package payment

import "github.com/composable-go/composable/store"

// Status is where a payment stands.
type Status string

// The states of a payment.
const (
	StatusPending   Status = "Pending"
	StatusCaptured  Status = "Captured"
	StatusDeclined  Status = "Declined"
	StatusRefunding Status = "Refunding"
	StatusRefunded  Status = "Refunded"
)

// Payment is the state of one payment.
type Payment struct {
	OrderID       string
	AmountCents   int64
	Status        Status
	TransactionID string
	DeclineCode   string
}

// Action is what can happen to a payment.
type Action interface{ payment() }

// Commands, all from the checkout.
type (
	// Charge takes the amount; OrderID is the stream's key. Method is the gateway's
	// token for a card.
	Charge struct {
		OrderID     string `json:"order_id"`
		AmountCents int64  `json:"amount_cents"`
		Method      string `json:"method"`
	}
	// Refund pays it back.
	Refund struct{}
)

// Results: what the gateway says.
type (
	// Approved means that the money has been taken.
	Approved struct {
		TransactionID string `json:"transaction_id"`
	}
	// Refused means that it was not, and will not be.
	Refused struct {
		Code string `json:"code"` // such as card_declined
	}
	// PaidBack means that it has been given back.
	PaidBack struct{}
)

// Events.
type (
	// Requested is a payment's first event.
	Requested struct {
		OrderID     string `json:"order_id"`
		AmountCents int64  `json:"amount_cents"`
	}
	// Captured means that the money is ours.
	Captured struct {
		TransactionID string `json:"transaction_id"`
	}
	// Declined means that it will not be.
	Declined struct {
		Code string `json:"code"`
	}
	// RefundRequested means that it is to go back.
	RefundRequested struct{}
	// Refunded means that it is back.
	Refunded struct{}
)

func (Charge) payment()          {}
func (Refund) payment()          {}
func (Approved) payment()        {}
func (Refused) payment()         {}
func (PaidBack) payment()        {}
func (Requested) payment()       {}
func (Captured) payment()        {}
func (Declined) payment()        {}
func (RefundRequested) payment() {}
func (Refunded) payment()        {}

// Effects, carried out by the [Gateway]; see [Handle].
type (
	// Take charges a card.
	Take struct {
		AmountCents int64  `json:"amount_cents"`
		Method      string `json:"method"`
	}
	// PayBack refunds a transaction.
	PayBack struct {
		TransactionID string `json:"transaction_id"`
		AmountCents   int64  `json:"amount_cents"`
	}
)

// EffectName implements [store.Effect].
func (Take) EffectName() string { return "payment.Take" }

// EffectName implements [store.Effect].
func (PayBack) EffectName() string { return "payment.PayBack" }

// Refusals.
var (
	ErrRequested   = store.Refuse(store.Conflict, "already_requested", "this payment exists already")
	ErrNotCaptured = store.Refuse(store.Conflict, "not_captured", "there is nothing to pay back")
)

// Reducer is the logic of payments.
type Reducer struct{}

// Actions lists the variants of [Action].
func (Reducer) Actions() store.Actions[Action] {
	return store.Actions[Action]{
		Commands: []Action{Charge{}, Refund{}},
		Results:  []Action{Approved{}, Refused{}, PaidBack{}},
		Events:   []Action{Requested{}, Captured{}, Declined{}, RefundRequested{}, Refunded{}},
		Refusals: []*store.Refusal{ErrRequested, ErrNotCaptured},
	}
}

// Reduce implements [store.Reducer].
func (Reducer) Reduce(s *Payment, action Action, _ store.Env) (store.Effects, error) {
	switch a := action.(type) {
	case Charge:
		if s.Status != "" {
			return nil, ErrRequested
		}
		return store.Effects{store.Record(Requested{a.OrderID, a.AmountCents}), Take{a.AmountCents, a.Method}}, nil
	case Refund:
		if s.Status != StatusCaptured {
			return nil, ErrNotCaptured
		}
		return store.Effects{store.Record(RefundRequested{}), PayBack{s.TransactionID, s.AmountCents}}, nil
	case Approved:
		return s.when(StatusPending, Captured(a)), nil
	case Refused:
		return s.when(StatusPending, Declined(a)), nil
	case PaidBack:
		return s.when(StatusRefunding, Refunded(a)), nil
	default:
		s.apply(action)
	}
	return nil, nil
}

// when records what the gateway says, once.
func (s *Payment) when(status Status, event Action) store.Effects {
	if s.Status != status {
		return nil
	}
	return store.Effects{store.Record(event)}
}

func (s *Payment) apply(event Action) {
	switch e := event.(type) {
	case Requested:
		*s = Payment{OrderID: e.OrderID, AmountCents: e.AmountCents, Status: StatusPending}
	case Captured:
		s.Status, s.TransactionID = StatusCaptured, e.TransactionID
	case Declined:
		s.Status, s.DeclineCode = StatusDeclined, e.Code
	case RefundRequested:
		s.Status = StatusRefunding
	case Refunded:
		s.Status = StatusRefunded
	}
}
