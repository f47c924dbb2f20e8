package account

import "github.com/composable-go/composable/store"

// Action is what can happen to an account. Amounts are integers, in cents.
type Action interface{ account() }

// Commands of customers.
type (
	// Open makes the account; ID is the stream's key.
	Open struct {
		ID    string `json:"id"`
		Owner string `json:"owner"`
	}
	// Deposit brings money from outside.
	Deposit struct {
		AmountCents int64 `json:"amount_cents"`
	}
	// Withdraw takes money outside.
	Withdraw struct {
		AmountCents int64 `json:"amount_cents"`
	}
	// Close ends an account that is empty.
	Close struct{}
)

// Commands of transfers.
type (
	// Debit takes the transfer's amount, if there is as much.
	Debit struct {
		TransferID  string `json:"transfer_id"`
		AmountCents int64  `json:"amount_cents"`
	}
	// Credit brings it.
	Credit struct {
		TransferID  string `json:"transfer_id"`
		AmountCents int64  `json:"amount_cents"`
	}
	// Refund brings back what a debit took. It is never refused.
	Refund struct {
		TransferID  string `json:"transfer_id"`
		AmountCents int64  `json:"amount_cents"`
	}
)

// What an account tells a transfer.
type (
	// DebitMade means that the money has left the account.
	DebitMade struct{}
	// CreditMade means that it has arrived.
	CreditMade struct{}
	// RefundMade means that it is back.
	RefundMade struct{}
)

// Events.
type (
	// Opened is an account's first event.
	Opened struct {
		ID    string `json:"id"`
		Owner string `json:"owner"`
	}
	// Deposited means that money came from outside.
	Deposited struct {
		AmountCents int64 `json:"amount_cents"`
	}
	// Withdrawn means that it went there.
	Withdrawn struct {
		AmountCents int64 `json:"amount_cents"`
	}
	// Debited means that a transfer has taken money.
	Debited struct {
		TransferID  string `json:"transfer_id"`
		AmountCents int64  `json:"amount_cents"`
	}
	// Credited means that a transfer has brought it.
	Credited struct {
		TransferID  string `json:"transfer_id"`
		AmountCents int64  `json:"amount_cents"`
	}
	// Refunded means that a transfer has brought it back.
	Refunded struct {
		TransferID  string `json:"transfer_id"`
		AmountCents int64  `json:"amount_cents"`
	}
	// Closed is the last event, unless a refund follows.
	Closed struct{}
)

func (Open) account()      {}
func (Deposit) account()   {}
func (Withdraw) account()  {}
func (Close) account()     {}
func (Debit) account()     {}
func (Credit) account()    {}
func (Refund) account()    {}
func (Opened) account()    {}
func (Deposited) account() {}
func (Withdrawn) account() {}
func (Debited) account()   {}
func (Credited) account()  {}
func (Refunded) account()  {}
func (Closed) account()    {}

// Actions lists the variants of [Action].
func (Reducer) Actions() store.Actions[Action] {
	return store.Actions[Action]{
		Commands: []Action{Open{}, Deposit{}, Withdraw{}, Close{}, Debit{}, Credit{}, Refund{}},
		Events:   []Action{Opened{}, Deposited{}, Withdrawn{}, Debited{}, Credited{}, Refunded{}, Closed{}},
		Refusals: []*store.Refusal{ErrNoAccount, ErrExists, ErrOwner, ErrClosed, ErrNotEmpty, ErrFunds, ErrFull, ErrAmount},
	}
}
