// Package account is a bank account as a reducer. Its balance is never negative, and
// changes only by what came from outside, went there, or is part of a transfer.
package account

import (
	"github.com/composable-go/composable/examples/banking/stream"
	"github.com/composable-go/composable/store"
)

// Status is where an account stands.
type Status string

// The states of an account.
const (
	StatusOpen   Status = "Open"
	StatusClosed Status = "Closed"
)

// Account is the state of one account.
type Account struct {
	ID           string
	Owner        string
	BalanceCents int64
	Status       Status
}

// Limits keep the sums far from where integers end.
const (
	MaxAmountCents  = 100_000_000_000       // of one movement
	MaxBalanceCents = 1_000_000_000_000_000 // of an account, for deposits and credits
)

// Refusals.
var (
	ErrNoAccount = store.Refuse(store.NotFound, "no_account", "there is no such account")
	ErrExists    = store.Refuse(store.Conflict, "already_open", "this account exists already")
	ErrOwner     = store.Refuse(store.Invalid, "invalid", "an account needs an owner").WithField("owner", "1 to 100 bytes")
	ErrClosed    = store.Refuse(store.Conflict, "account_closed", "the account is closed")
	ErrNotEmpty  = store.Refuse(store.Conflict, "not_empty", "only an account without money can be closed")
	ErrFunds     = store.Refuse(store.Conflict, "insufficient_funds", "there is not enough money on the account")
	ErrFull      = store.Refuse(store.Conflict, "balance_limit", "an account cannot hold that much")
	ErrAmount    = store.Refuse(store.Invalid, "invalid", "such an amount cannot be moved").
			WithField("amount_cents", "1 to 100000000000")
)

// CheckAmount refuses what no movement can be: it is at least one cent and at most
// [MaxAmountCents].
func CheckAmount(cents int64) error {
	if cents < 1 || cents > MaxAmountCents {
		return ErrAmount
	}
	return nil
}

// Reducer is the logic of accounts.
type Reducer struct{}

// Reduce implements [store.Reducer].
func (Reducer) Reduce(s *Account, action Action, _ store.Env) (store.Effects, error) {
	switch a := action.(type) {
	case Open:
		return provided(s.canOpen(a), store.Record(Opened(a)))
	case Deposit:
		return provided(s.canTake(a.AmountCents), store.Record(Deposited(a)))
	case Withdraw:
		return provided(s.canPay(a.AmountCents), store.Record(Withdrawn(a)))
	case Close:
		return provided(s.canClose(), store.Record(Closed{}))
	case Debit:
		return provided(s.canPay(a.AmountCents), store.Record(Debited(a)), tell(a.TransferID, DebitMade{}))
	case Credit:
		return provided(s.canTake(a.AmountCents), store.Record(Credited(a)), tell(a.TransferID, CreditMade{}))
	case Refund:
		return store.Effects{store.Record(Refunded(a)), tell(a.TransferID, RefundMade{})}, nil
	default:
		s.apply(action)
	}
	return nil, nil
}

func provided(refused error, effects ...store.Effect) (store.Effects, error) {
	if refused != nil {
		return nil, refused
	}
	return effects, nil
}

func tell(transferID string, answer any) store.Effect {
	return store.Dispatch(stream.Transfer, transferID, answer)
}

func (s *Account) canOpen(o Open) error {
	switch {
	case s.Status != "":
		return ErrExists
	case o.Owner == "" || len(o.Owner) > 100:
		return ErrOwner
	}
	return nil
}

func (s *Account) isOpen() error {
	switch s.Status {
	case "":
		return ErrNoAccount
	case StatusClosed:
		return ErrClosed
	}
	return nil
}

func (s *Account) canMove(cents int64) error {
	if err := s.isOpen(); err != nil {
		return err
	}
	return CheckAmount(cents)
}

func (s *Account) canTake(cents int64) error {
	err := s.canMove(cents)
	if err == nil && s.BalanceCents+cents > MaxBalanceCents {
		return ErrFull
	}
	return err
}

func (s *Account) canPay(cents int64) error {
	err := s.canMove(cents)
	if err == nil && cents > s.BalanceCents {
		return ErrFunds.With("balance_cents", s.BalanceCents)
	}
	return err
}

func (s *Account) canClose() error {
	err := s.isOpen()
	if err == nil && s.BalanceCents > 0 {
		return ErrNotEmpty
	}
	return err
}

func (s *Account) apply(event Action) {
	switch e := event.(type) {
	case Opened:
		*s = Account{ID: e.ID, Owner: e.Owner, Status: StatusOpen}
	case Deposited:
		s.BalanceCents += e.AmountCents
	case Withdrawn:
		s.BalanceCents -= e.AmountCents
	case Debited:
		s.BalanceCents -= e.AmountCents
	case Credited:
		s.BalanceCents += e.AmountCents
	case Refunded: // the account may have been closed meanwhile; the money needs a place
		s.BalanceCents += e.AmountCents
		s.Status = StatusOpen
	case Closed:
		s.Status = StatusClosed
	}
}
