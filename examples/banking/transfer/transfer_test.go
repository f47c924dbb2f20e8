package transfer_test

import (
	"testing"

	"github.com/composable-go/composable/examples/banking/account"
	"github.com/composable-go/composable/examples/banking/stream"
	"github.com/composable-go/composable/examples/banking/transfer"
	"github.com/composable-go/composable/store"
	"github.com/composable-go/composable/store/storetest"
)

func given(t *testing.T, events ...transfer.Action) *storetest.Story[transfer.Transfer, transfer.Action] {
	t.Helper()
	return storetest.Given(t, transfer.Reducer{}, events...)
}

func is(t *testing.T, want transfer.Status, final bool, reason string) func(transfer.Transfer) {
	t.Helper()
	return func(s transfer.Transfer) {
		t.Helper()
		if s.Status != want || s.Final() != final || s.Reason != reason {
			t.Errorf("%+v, final %v; want %s, %v, %q", s, s.Final(), want, final, reason)
		}
	}
}

var (
	start   = transfer.Start{ID: "t", From: "a", To: "b", AmountCents: 70}
	started = transfer.Started(start)
)

func TestMoneyLeavesThenArrives(t *testing.T) {
	t.Parallel()
	given(t).When(start).
		Then(store.Record(started),
			store.Dispatch(stream.Account, "a", account.Debit{TransferID: "t", AmountCents: 70}).OnRefusal(transfer.DebitRefused{})).
		State(is(t, transfer.StatusStarted, false, "")).
		When(start).Refused(transfer.ErrExists).
		When(transfer.DebitMade{}).
		Then(store.Record(transfer.Debited{}),
			store.Dispatch(stream.Account, "b", account.Credit{TransferID: "t", AmountCents: 70}).OnRefusal(transfer.CreditRefused{})).
		State(is(t, transfer.StatusDebited, false, "")).
		When(transfer.CreditMade{}).Then(store.Record(transfer.Completed{})).
		State(is(t, transfer.StatusCompleted, true, ""))
}

func TestRefusedDebitEndsIt(t *testing.T) {
	t.Parallel()
	given(t, started).When(transfer.DebitRefused{Refusal: *account.ErrFunds}).
		Then(store.Record(transfer.Rejected{Reason: "insufficient_funds"})).
		State(is(t, transfer.StatusRejected, true, "insufficient_funds"))
}

func TestRefusedCreditIsRefunded(t *testing.T) {
	t.Parallel()
	given(t, started, transfer.Debited{}).When(transfer.CreditRefused{Refusal: *account.ErrClosed}).
		Then(store.Record(transfer.RefundRequested{Reason: "account_closed"}),
			store.Dispatch(stream.Account, "a", account.Refund{TransferID: "t", AmountCents: 70})).
		State(is(t, transfer.StatusRefunding, false, "account_closed")).
		When(transfer.RefundMade{}).Then(store.Record(transfer.Refunded{})).
		State(is(t, transfer.StatusRefunded, true, "account_closed"))
}

func TestAnswersOutOfPlaceChangeNothing(t *testing.T) {
	t.Parallel()
	answers := []transfer.Action{
		transfer.DebitMade{}, transfer.DebitRefused{}, transfer.CreditMade{}, transfer.CreditRefused{}, transfer.RefundMade{},
	}
	for _, end := range []transfer.Action{transfer.Completed{}, transfer.Rejected{}, transfer.Refunded{}} {
		s := given(t, started, end)
		for _, answer := range answers {
			s.When(answer).Then()
		}
	}
}

func TestNonsenseIsRefused(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		start transfer.Start
		want  error
	}{
		{transfer.Start{To: "b", AmountCents: 1}, transfer.ErrNowhere},
		{transfer.Start{From: "a", AmountCents: 1}, transfer.ErrNowhere},
		{transfer.Start{From: "a", To: "a", AmountCents: 1}, transfer.ErrNowhere},
		{transfer.Start{From: "a", To: "b"}, account.ErrAmount},
	} {
		given(t).When(c.start).Refused(c.want)
	}
}
