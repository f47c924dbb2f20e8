package payment_test

import (
	"testing"

	"github.com/composable-go/composable/examples/ticketing/payment"
	"github.com/composable-go/composable/examples/ticketing/stream"
	"github.com/composable-go/composable/store"
	"github.com/composable-go/composable/store/storetest"
)

type story = storetest.Story[payment.Payment, payment.Action]

func given(t *testing.T, events ...payment.Action) *story {
	t.Helper()
	return storetest.Given(t, payment.Reducer{}, events...)
}

func started() payment.Started {
	return payment.Started{
		ID: "p", ReservationID: "r", CustomerID: "c", EventID: "e",
		AmountCents: 9000, Currency: "EUR", Method: "credit_card",
	}
}

func captured() []payment.Action {
	return []payment.Action{started(), payment.Authorized{TransactionID: "t"}, payment.Captured{AmountCents: 9000}}
}

func start() payment.Start {
	return payment.Start{
		ID: "p", ReservationID: "r", CustomerID: "c", EventID: "e",
		AmountCents: 9000, Currency: "EUR", Method: "credit_card", Token: "tok_ok",
	}
}

func recordCaptured() store.Effect {
	return store.Record(payment.Authorized{TransactionID: "t"}, payment.Captured{AmountCents: 9000})
}

func refund(cents int64, reason string) store.Effects {
	return store.Effects{
		store.Record(payment.RefundRequested{AmountCents: cents, Reason: reason}),
		payment.PayBack{PaymentID: "p", AmountCents: cents, Currency: "EUR"},
	}
}

func tell(answer any) store.Effect { return store.Dispatch(stream.Reservation, "r", answer) }

func is(t *testing.T, want payment.Status) func(payment.Payment) {
	t.Helper()
	return func(p payment.Payment) {
		t.Helper()
		if p.Status != want {
			t.Errorf("status = %s, want %s", p.Status, want)
		}
	}
}

func TestStartChargesOnceAndRecordsNoToken(t *testing.T) {
	t.Parallel()
	given(t).When(start()).
		Then(store.Record(started()), payment.Charge{PaymentID: "p", AmountCents: 9000, Currency: "EUR", Token: "tok_ok"}).
		State(is(t, payment.Pending)).
		When(start()).Then()
}

func TestChargeIsCapturedOnce(t *testing.T) {
	t.Parallel()
	given(t, started()).When(payment.Charged{TransactionID: "t"}).
		Then(recordCaptured(), tell(payment.ChargeSucceeded{PaymentID: "p", TransactionID: "t"})).
		State(is(t, payment.StatusCaptured)).
		When(payment.Charged{TransactionID: "t"}).Then().
		When(payment.Declined{Code: "late"}).Then().When(payment.Dropped{}).Then()
}

func TestDeclineFails(t *testing.T) {
	t.Parallel()
	given(t, started()).When(payment.Declined{Code: "card_declined"}).
		Then(store.Record(payment.Failed{Code: "card_declined"}), tell(payment.ChargeDeclined{PaymentID: "p", Code: "card_declined"})).
		State(is(t, payment.StatusFailed)).
		When(payment.Declined{Code: "card_declined"}).Then().When(payment.Void{}).Then()
}

func TestVoidUndoesAtAnyTime(t *testing.T) {
	t.Parallel()
	void := payment.Void{Reason: "expired"}
	t.Run("before the start", func(t *testing.T) {
		t.Parallel()
		given(t).When(void).Then(store.Record(payment.Voided{})).When(void).Then().When(start()).Then().
			State(is(t, payment.StatusVoided))
	})
	t.Run("during the charge", func(t *testing.T) {
		t.Parallel()
		s := given(t, started()).When(void).
			Then(store.Record(payment.VoidRequested{Reason: "expired"}), payment.Drop{PaymentID: "p"}).
			When(void).Then()
		s.When(payment.Dropped{}).Then(store.Record(payment.Voided{})).State(is(t, payment.StatusVoided)).When(payment.Dropped{}).Then()
		s.When(payment.Charged{TransactionID: "t"}).
			Then(append(store.Effects{recordCaptured()}, refund(9000, "charged too late")...)...)
	})
	t.Run("when the gateway was faster", func(t *testing.T) {
		t.Parallel()
		given(t, started(), payment.VoidRequested{}).When(payment.Charged{TransactionID: "t"}).
			Then(append(store.Effects{recordCaptured()}, refund(9000, "charged too late")...)...).
			When(payment.Charged{TransactionID: "t"}).Then().
			When(payment.PaidBack{TransactionID: "b"}).
			Then(store.Record(payment.Refunded{AmountCents: 9000, TransactionID: "b"}), tell(payment.RefundPaid{PaymentID: "p", AmountCents: 9000})).
			State(is(t, payment.StatusRefunded))
	})
	t.Run("after the capture", func(t *testing.T) {
		t.Parallel()
		given(t, captured()...).When(void).Then(refund(9000, "expired")...).When(void).Then()
	})
}

func TestRefundsAddUpToNoMoreThanWasCaptured(t *testing.T) {
	t.Parallel()
	paidBack := payment.PaidBack{TransactionID: "b"}
	s := given(t, captured()...)
	s.When(payment.Refund{AmountCents: 9001, Reason: "x"}).Refused(payment.ErrTooMuch)
	s.When(payment.Refund{AmountCents: 0, Reason: "x"}).Refused(payment.ErrTooMuch)
	s.When(payment.Refund{AmountCents: 1}).Refused(payment.ErrNoReason)
	s.When(payment.Refund{AmountCents: 4000, Reason: "x"}).Then(refund(4000, "x")...)
	s.When(payment.Refund{AmountCents: 1, Reason: "x"}).Refused(payment.ErrRefunding)
	s.When(paidBack).Then(
		store.Record(payment.Refunded{AmountCents: 4000, TransactionID: "b"}), tell(payment.RefundPaid{PaymentID: "p", AmountCents: 4000}),
	).State(is(t, payment.PartiallyRefunded)).When(paidBack).Then()
	s.When(payment.Refund{AmountCents: 5001, Reason: "x"}).Refused(payment.ErrTooMuch)
	s.When(payment.Refund{AmountCents: 5000, Reason: "x"}).Then(refund(5000, "x")...)
	s.When(paidBack).Then(
		store.Record(payment.Refunded{AmountCents: 5000, TransactionID: "b"}), tell(payment.RefundPaid{PaymentID: "p", AmountCents: 5000}),
	).State(is(t, payment.StatusRefunded))
	s.When(payment.Refund{AmountCents: 1, Reason: "x"}).Refused(payment.ErrNotCaptured)
	given(t, started()).When(payment.Refund{AmountCents: 1, Reason: "x"}).Refused(payment.ErrNotCaptured)
}

func TestRecordedEventsAreUnderstood(t *testing.T) {
	t.Parallel()
	storetest.Golden(t, payment.Reducer{}, "testdata/events")
}
