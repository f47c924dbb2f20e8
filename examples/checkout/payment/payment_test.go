package payment_test

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/composable-go/composable/examples/checkout/payment"
	"github.com/composable-go/composable/store"
	"github.com/composable-go/composable/store/storetest"
)

func given(t *testing.T, events ...payment.Action) *storetest.Story[payment.Payment, payment.Action] {
	t.Helper()
	return storetest.Given(t, payment.Reducer{}, events...)
}

func is(t *testing.T, want payment.Status) func(payment.Payment) {
	t.Helper()
	return func(p payment.Payment) {
		t.Helper()
		if p.Status != want {
			t.Errorf("%+v; want %s", p, want)
		}
	}
}

var requested = payment.Requested{OrderID: "o", AmountCents: 900}

func TestChargeIsCapturedAndPaidBackOnce(t *testing.T) {
	t.Parallel()
	charge := payment.Charge{OrderID: "o", AmountCents: 900, Method: "tok_ok"}
	given(t).
		When(payment.Refund{}).Refused(payment.ErrNotCaptured).
		When(charge).Then(store.Record(requested), payment.Take{AmountCents: 900, Method: "tok_ok"}).State(is(t, payment.StatusPending)).
		When(charge).Refused(payment.ErrRequested).
		When(payment.Refund{}).Refused(payment.ErrNotCaptured).
		When(payment.Approved{TransactionID: "x"}).Then(store.Record(payment.Captured{TransactionID: "x"})).State(is(t, payment.StatusCaptured)).
		When(payment.Approved{TransactionID: "x"}).Then().When(payment.Refused{Code: "late"}).Then().When(payment.PaidBack{}).Then().
		When(payment.Refund{}).
		Then(store.Record(payment.RefundRequested{}), payment.PayBack{TransactionID: "x", AmountCents: 900}).State(is(t, payment.StatusRefunding)).
		When(payment.Refund{}).Refused(payment.ErrNotCaptured).
		When(payment.PaidBack{}).Then(store.Record(payment.Refunded{})).State(is(t, payment.StatusRefunded)).
		When(payment.PaidBack{}).Then()
}

func TestDeclineIsFinal(t *testing.T) {
	t.Parallel()
	given(t, requested).When(payment.Refused{Code: "card_declined"}).Then(store.Record(payment.Declined{Code: "card_declined"})).
		State(is(t, payment.StatusDeclined)).
		When(payment.Approved{}).Then().When(payment.Refund{}).Refused(payment.ErrNotCaptured)
}

func TestFakeGatewayIsDecidedByTheToken(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := payment.NewFake(time.Minute)
		charge := func(token string) (payment.Action, error) {
			return f.Charge(t.Context(), store.Key(token), payment.Take{AmountCents: 900, Method: token})
		}
		for token, want := range map[string]payment.Action{
			"tok_ok":       payment.Approved{TransactionID: "ch_tok_ok"},
			"tok_declined": payment.Refused{Code: "card_declined"},
			"stolen":       payment.Refused{Code: "unknown_token"},
		} {
			for range 2 {
				if got, err := charge(token); got != want || err != nil {
					t.Errorf("%s: %+v, %v; want %+v", token, got, err, want)
				}
			}
		}
		if _, err := charge("tok_timeout"); !errors.Is(err, payment.ErrNoAnswer) {
			t.Errorf("tok_timeout at first: %v; want no answer", err)
		}
		time.Sleep(time.Minute) // virtual
		if got, err := charge("tok_timeout"); got != (payment.Approved{TransactionID: "ch_tok_timeout"}) {
			t.Errorf("tok_timeout after a minute: %+v, %v", got, err)
		}
		for range 2 {
			if _, err := f.Refund(t.Context(), "back", payment.PayBack{AmountCents: 900}); err != nil {
				t.Error(err)
			}
		}
		if taken, paidBack := f.Books(); taken != 1800 || paidBack != 900 {
			t.Errorf("taken %d, paid back %d; want each once per key", taken, paidBack)
		}
	})
}
