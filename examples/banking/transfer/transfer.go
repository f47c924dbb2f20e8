// Package transfer moves money between two accounts without losing or making any.
//
// A transfer is a stream of its own. It debits one account, then credits the other,
// each with a durable command that arrives exactly once. When the credit is refused,
// the debit is refunded:
//
//	Started ─▶ Debited ─▶ Completed
//	   │          └─────▶ CreditRefused ─▶ Refunded
//	   └─▶ Rejected
//
// Between Debited and its end the money is in flight: on no account, and not lost.
package transfer

import (
	"github.com/composable-go/composable/examples/banking/account"
	"github.com/composable-go/composable/examples/banking/stream"
	"github.com/composable-go/composable/store"
)

// Status is where a transfer stands.
type Status string

// The states of a transfer; Completed, Rejected and Refunded are final.
const (
	StatusStarted   Status = "Started"   // the debit is on its way
	StatusDebited   Status = "Debited"   // the credit is
	StatusRefunding Status = "Refunding" // the refund is
	StatusCompleted Status = "Completed"
	StatusRejected  Status = "Rejected"
	StatusRefunded  Status = "Refunded"
)

// Transfer is the state of one transfer.
type Transfer struct {
	ID          string
	From, To    string
	AmountCents int64
	Status      Status
	Reason      string // code of the refusal that made it fail
}

// Final reports whether nothing more will happen.
func (t Transfer) Final() bool {
	return t.Status == StatusCompleted || t.Status == StatusRejected || t.Status == StatusRefunded
}

// Action is what can happen to a transfer.
type Action interface{ transfer() }

// Start is the one command; ID is the stream's key.
type Start struct {
	ID          string `json:"id"`
	From        string `json:"from"`
	To          string `json:"to"`
	AmountCents int64  `json:"amount_cents"`
}

// Results: what the accounts say.
type (
	// DebitMade says that the money is in flight.
	DebitMade struct{ account.DebitMade }
	// DebitRefused says that it is not.
	DebitRefused struct{ store.Refusal }
	// CreditMade says that it has arrived.
	CreditMade struct{ account.CreditMade }
	// CreditRefused says that it cannot.
	CreditRefused struct{ store.Refusal }
	// RefundMade says that it is back.
	RefundMade struct{ account.RefundMade }
)

// Events.
type (
	// Started is a transfer's first event.
	Started struct {
		ID          string `json:"id"`
		From        string `json:"from"`
		To          string `json:"to"`
		AmountCents int64  `json:"amount_cents"`
	}
	// Debited means that the money is in flight.
	Debited struct{}
	// Completed means that it has arrived.
	Completed struct{}
	// Rejected means that it never left.
	Rejected struct {
		Reason string `json:"reason"`
	}
	// RefundRequested means that it is to go back.
	RefundRequested struct {
		Reason string `json:"reason"`
	}
	// Refunded means that it is back.
	Refunded struct{}
)

func (Start) transfer()           {}
func (DebitMade) transfer()       {}
func (DebitRefused) transfer()    {}
func (CreditMade) transfer()      {}
func (CreditRefused) transfer()   {}
func (RefundMade) transfer()      {}
func (Started) transfer()         {}
func (Debited) transfer()         {}
func (Completed) transfer()       {}
func (Rejected) transfer()        {}
func (RefundRequested) transfer() {}
func (Refunded) transfer()        {}

// Refusals.
var (
	ErrExists  = store.Refuse(store.Conflict, "already_started", "this transfer exists already")
	ErrNowhere = store.Refuse(store.Invalid, "invalid", "a transfer needs two different accounts").WithField("to", "another account")
)

// Reducer is the logic of transfers.
type Reducer struct{}

// Actions lists the variants of [Action].
func (Reducer) Actions() store.Actions[Action] {
	return store.Actions[Action]{
		Commands: []Action{Start{}},
		Results:  []Action{DebitMade{}, DebitRefused{}, CreditMade{}, CreditRefused{}, RefundMade{}},
		Events:   []Action{Started{}, Debited{}, Completed{}, Rejected{}, RefundRequested{}, Refunded{}},
		Refusals: []*store.Refusal{ErrExists, ErrNowhere},
	}
}

// Reduce implements [store.Reducer].
func (Reducer) Reduce(s *Transfer, action Action, _ store.Env) (store.Effects, error) {
	switch a := action.(type) {
	case Start:
		return s.start(a)
	case DebitMade:
		return s.when(StatusStarted, Debited{},
			store.Dispatch(stream.Account, s.To, account.Credit{TransferID: s.ID, AmountCents: s.AmountCents}).OnRefusal(CreditRefused{}))
	case DebitRefused:
		return s.when(StatusStarted, Rejected{a.Code})
	case CreditMade:
		return s.when(StatusDebited, Completed{})
	case CreditRefused:
		return s.when(StatusDebited, RefundRequested{a.Code},
			store.Dispatch(stream.Account, s.From, account.Refund{TransferID: s.ID, AmountCents: s.AmountCents}))
	case RefundMade:
		return s.when(StatusRefunding, Refunded{})
	default:
		s.apply(action)
	}
	return nil, nil
}

func (s *Transfer) start(a Start) (store.Effects, error) {
	if s.Status != "" {
		return nil, ErrExists
	}
	if a.From == "" || a.To == "" || a.From == a.To {
		return nil, ErrNowhere
	}
	if err := account.CheckAmount(a.AmountCents); err != nil {
		return nil, err
	}
	return store.Effects{
		store.Record(Started(a)),
		store.Dispatch(stream.Account, a.From, account.Debit{TransferID: a.ID, AmountCents: a.AmountCents}).OnRefusal(DebitRefused{}),
	}, nil
}

// when goes on to the next step, if the transfer stands where the answer belongs.
func (s *Transfer) when(status Status, event Action, next ...store.Effect) (store.Effects, error) {
	if s.Status != status {
		return nil, nil
	}
	return append(store.Effects{store.Record(event)}, next...), nil
}

func (s *Transfer) apply(event Action) {
	switch e := event.(type) {
	case Started:
		*s = Transfer{ID: e.ID, From: e.From, To: e.To, AmountCents: e.AmountCents, Status: StatusStarted}
	case Debited:
		s.Status = StatusDebited
	case Completed:
		s.Status = StatusCompleted
	case Rejected:
		s.Status, s.Reason = StatusRejected, e.Reason
	case RefundRequested:
		s.Status, s.Reason = StatusRefunding, e.Reason
	case Refunded:
		s.Status = StatusRefunded
	}
}
