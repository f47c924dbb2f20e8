package account_test

import (
	"strings"
	"testing"

	"github.com/composable-go/composable/examples/banking/account"
	"github.com/composable-go/composable/examples/banking/stream"
	"github.com/composable-go/composable/store"
	"github.com/composable-go/composable/store/storetest"
)

type story = storetest.Story[account.Account, account.Action]

func given(t *testing.T, events ...account.Action) *story {
	t.Helper()
	return storetest.Given(t, account.Reducer{}, events...)
}

// with is Ann's account with so much money.
func with(t *testing.T, cents int64) *story {
	t.Helper()
	return given(t, account.Opened{ID: "a", Owner: "Ann"}, account.Deposited{AmountCents: cents})
}

func holds(t *testing.T, cents int64, status account.Status) func(account.Account) {
	t.Helper()
	return func(a account.Account) {
		t.Helper()
		if want := (account.Account{ID: "a", Owner: "Ann", BalanceCents: cents, Status: status}); a != want {
			t.Errorf("account = %+v, want %+v", a, want)
		}
	}
}

func tell(answer any) store.Effect { return store.Dispatch(stream.Transfer, "t", answer) }

func TestAccountIsOpenedOnceByAnOwner(t *testing.T) {
	t.Parallel()
	s := given(t)
	s.When(account.Open{ID: "a"}).Refused(account.ErrOwner)
	s.When(account.Open{ID: "a", Owner: strings.Repeat("n", 101)}).Refused(account.ErrOwner)
	s.When(account.Open{ID: "a", Owner: "Ann"}).Then(store.Record(account.Opened{ID: "a", Owner: "Ann"})).
		State(holds(t, 0, account.StatusOpen)).
		When(account.Open{ID: "a", Owner: "Bob"}).Refused(account.ErrExists)
}

func TestMoneyComesAndGoesAndIsNeverNegative(t *testing.T) {
	t.Parallel()
	with(t, 100).
		When(account.Deposit{AmountCents: 50}).Then(store.Record(account.Deposited{AmountCents: 50})).
		When(account.Withdraw{AmountCents: 151}).Refused(account.ErrFunds).
		When(account.Withdraw{AmountCents: 150}).Then(store.Record(account.Withdrawn{AmountCents: 150})).
		State(holds(t, 0, account.StatusOpen)).
		When(account.Withdraw{AmountCents: 1}).Refused(account.ErrFunds)
}

func TestAmountsHaveLimits(t *testing.T) {
	t.Parallel()
	s := with(t, 100)
	for _, cents := range []int64{-1, 0, account.MaxAmountCents + 1} {
		s.When(account.Deposit{AmountCents: cents}).Refused(account.ErrAmount)
		s.When(account.Withdraw{AmountCents: cents}).Refused(account.ErrAmount)
	}
	full := with(t, account.MaxBalanceCents-10)
	full.When(account.Deposit{AmountCents: 11}).Refused(account.ErrFull)
	full.When(account.Credit{TransferID: "t", AmountCents: 11}).Refused(account.ErrFull)
	full.When(account.Deposit{AmountCents: 10}).Then(store.Record(account.Deposited{AmountCents: 10}))
}

func TestTransfersAreAnswered(t *testing.T) {
	t.Parallel()
	with(t, 100).
		When(account.Debit{TransferID: "t", AmountCents: 101}).Refused(account.ErrFunds).
		When(account.Debit{TransferID: "t", AmountCents: 70}).
		Then(store.Record(account.Debited{TransferID: "t", AmountCents: 70}), tell(account.DebitMade{})).
		State(holds(t, 30, account.StatusOpen)).
		When(account.Credit{TransferID: "t", AmountCents: 5}).
		Then(store.Record(account.Credited{TransferID: "t", AmountCents: 5}), tell(account.CreditMade{})).
		State(holds(t, 35, account.StatusOpen)).
		When(account.Refund{TransferID: "t", AmountCents: 70}).
		Then(store.Record(account.Refunded{TransferID: "t", AmountCents: 70}), tell(account.RefundMade{})).
		State(holds(t, 105, account.StatusOpen))
}

func TestOnlyAnEmptyAccountIsClosed(t *testing.T) {
	t.Parallel()
	s := with(t, 100)
	s.When(account.Close{}).Refused(account.ErrNotEmpty)
	s.When(account.Debit{TransferID: "t", AmountCents: 100}).Outcome()
	s.When(account.Close{}).Then(store.Record(account.Closed{})).State(holds(t, 0, account.StatusClosed))
	for _, action := range []account.Action{
		account.Close{},
		account.Deposit{AmountCents: 1},
		account.Withdraw{AmountCents: 1},
		account.Debit{TransferID: "t", AmountCents: 1},
		account.Credit{TransferID: "t", AmountCents: 1},
	} {
		s.When(action).Refused(account.ErrClosed)
		given(t).When(action).Refused(account.ErrNoAccount)
	}
	s.When(account.Open{ID: "a", Owner: "Ann"}).Refused(account.ErrExists)
	// A refund finds its place all the same.
	s.When(account.Refund{TransferID: "t", AmountCents: 100}).
		Then(store.Record(account.Refunded{TransferID: "t", AmountCents: 100}), tell(account.RefundMade{})).
		State(holds(t, 100, account.StatusOpen))
}
