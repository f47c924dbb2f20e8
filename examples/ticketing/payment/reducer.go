package payment

import (
	"github.com/composable-go/composable/examples/ticketing/stream"
	"github.com/composable-go/composable/store"
)

// Status is where a payment stands.
type Status string

// The states of a payment.
const (
	Pending           Status = "Pending"
	StatusAuthorized  Status = "Authorized"
	StatusCaptured    Status = "Captured"
	PartiallyRefunded Status = "PartiallyRefunded"
	StatusRefunded    Status = "Refunded"
	StatusFailed      Status = "Failed"
	StatusVoided      Status = "Voided"
)

// Payment is the state of one payment. Amounts are minor units of the currency.
type Payment struct {
	ID            string
	ReservationID string
	CustomerID    string
	EventID       string
	AmountCents   int64
	Currency      string
	Method        string
	Status        Status
	TransactionID string
	DeclineCode   string
	Voiding       bool  // the charge in flight is to be dropped
	RefundCents   int64 // asked for, RefundedCents of it carried out
	RefundedCents int64
	Refunding     RefundRequested // in flight; zero: none
}

// Effects of a payment, carried out by the [Gateway]. See [Handle].
type (
	// Charge takes the amount.
	Charge struct {
		PaymentID   string `json:"payment_id"`
		AmountCents int64  `json:"amount_cents"`
		Currency    string `json:"currency"`
		Token       string `json:"token"`
	}
	// Drop sees to it that a charge in flight does not happen.
	Drop struct {
		PaymentID string `json:"payment_id"`
	}
	// PayBack refunds an amount of a charge.
	PayBack struct {
		PaymentID   string `json:"payment_id"`
		AmountCents int64  `json:"amount_cents"`
		Currency    string `json:"currency"`
	}
)

// EffectName implements [store.Effect].
func (Charge) EffectName() string { return "payment.Charge" }

// EffectName implements [store.Effect].
func (Drop) EffectName() string { return "payment.Drop" }

// EffectName implements [store.Effect].
func (PayBack) EffectName() string { return "payment.PayBack" }

// Refusals.
var (
	ErrNotCaptured = store.Refuse(store.Conflict, "invalid_transition", "there is no captured amount to refund")
	ErrTooMuch     = store.Refuse(store.Invalid, "invalid", "a refund is at least 1 and no more than what is left of the captured amount")
	ErrNoReason    = store.Refuse(store.Invalid, "invalid", "a refund needs a reason").WithField("reason", "say why")
	ErrRefunding   = store.Refuse(store.Conflict, "refund_in_progress", "another refund of this payment is on its way")
)

// Reducer is the logic of a payment.
type Reducer struct{}

// Reduce implements [store.Reducer].
func (Reducer) Reduce(p *Payment, action Action, _ store.Env) (store.Effects, error) {
	switch a := action.(type) {
	case Start:
		return p.start(a), nil
	case Void:
		return p.void(a.Reason), nil
	case Refund:
		return p.refund(a)
	case Charged:
		return p.charged(a.TransactionID), nil
	case Declined:
		return p.declined(a.Code), nil
	case Dropped:
		if p.Status == Pending {
			return store.Effects{store.Record(Voided{})}, nil
		}
	case PaidBack:
		return p.paidBack(a.TransactionID), nil
	default:
		p.apply(action)
	}
	return nil, nil
}

// start does nothing when the payment was started or voided before.
func (p *Payment) start(a Start) store.Effects {
	if p.Status != "" {
		return nil
	}
	return store.Effects{
		store.Record(Started{a.ID, a.ReservationID, a.CustomerID, a.EventID, a.AmountCents, a.Currency, a.Method}),
		Charge{a.ID, a.AmountCents, a.Currency, a.Token},
	}
}

func (p *Payment) void(reason string) store.Effects {
	switch p.Status {
	case "":
		return store.Effects{store.Record(Voided{})}
	case Pending:
		if !p.Voiding {
			return store.Effects{store.Record(VoidRequested{reason}), Drop{p.ID}}
		}
	case StatusCaptured:
		if p.RefundCents == 0 {
			return p.refundOf(RefundRequested{p.AmountCents, reason})
		}
	}
	return nil
}

func (p *Payment) charged(transaction string) store.Effects {
	captured := store.Record(Authorized{transaction}, Captured{p.AmountCents})
	switch {
	case p.Status == Pending && !p.Voiding:
		return store.Effects{captured, store.Dispatch(stream.Reservation, p.ReservationID, ChargeSucceeded{p.ID, transaction})}
	case p.Status == Pending || p.Status == StatusVoided || p.Status == StatusFailed:
		return append(store.Effects{captured}, p.refundOf(RefundRequested{p.AmountCents, "charged too late"})...)
	}
	return nil
}

func (p *Payment) declined(code string) store.Effects {
	if p.Status != Pending {
		return nil
	}
	return store.Effects{
		store.Record(Failed{code}),
		store.Dispatch(stream.Reservation, p.ReservationID, ChargeDeclined{p.ID, code}),
	}
}

func (p *Payment) refund(a Refund) (store.Effects, error) {
	switch {
	case p.Status != StatusCaptured && p.Status != PartiallyRefunded:
		return nil, ErrNotCaptured
	case p.Refunding.AmountCents > 0:
		return nil, ErrRefunding
	case a.Reason == "":
		return nil, ErrNoReason
	case a.AmountCents < 1 || a.AmountCents > p.AmountCents-p.RefundCents:
		return nil, ErrTooMuch.WithField("amount_cents", "too much")
	}
	return p.refundOf(RefundRequested(a)), nil
}

func (p *Payment) refundOf(r RefundRequested) store.Effects {
	return store.Effects{store.Record(r), PayBack{p.ID, r.AmountCents, p.Currency}}
}

func (p *Payment) paidBack(transaction string) store.Effects {
	if p.Refunding.AmountCents == 0 {
		return nil
	}
	return store.Effects{
		store.Record(Refunded{p.Refunding.AmountCents, transaction}),
		store.Dispatch(stream.Reservation, p.ReservationID, RefundPaid{p.ID, p.Refunding.AmountCents}),
	}
}

func (p *Payment) apply(event Action) {
	switch e := event.(type) {
	case Started:
		*p = Payment{
			ID: e.ID, ReservationID: e.ReservationID, CustomerID: e.CustomerID, EventID: e.EventID,
			AmountCents: e.AmountCents, Currency: e.Currency, Method: e.Method, Status: Pending,
		}
	case Authorized:
		p.Status, p.TransactionID = StatusAuthorized, e.TransactionID
	case Captured:
		p.Status, p.Voiding = StatusCaptured, false
	case Failed:
		p.Status, p.DeclineCode = StatusFailed, e.Code
	case VoidRequested:
		p.Voiding = true
	case Voided:
		p.Status, p.Voiding = StatusVoided, false
	case RefundRequested:
		p.RefundCents += e.AmountCents
		p.Refunding = e
	case Refunded:
		p.RefundedCents += e.AmountCents
		p.Refunding = RefundRequested{}
		p.Status = PartiallyRefunded
		if p.RefundedCents == p.AmountCents {
			p.Status = StatusRefunded
		}
	}
}
