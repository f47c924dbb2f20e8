package payment_test

import (
	"testing"

	"github.com/composable-go/composable/examples/ticketing/payment"
	"github.com/composable-go/composable/store/storetest"
)

type state = payment.Payment

// withBank is a payment whose bank says yes to everything.
func withBank(t *testing.T, before ...payment.Action) *storetest.TestStore[state, payment.Action] {
	ts := storetest.NewTestStore(t, payment.Reducer{}, before...)
	storetest.Handle(ts, func(payment.Charge) (payment.Action, error) { return payment.Charged{TransactionID: "t"}, nil })
	storetest.Handle(ts, func(payment.Drop) (payment.Action, error) { return payment.Charged{TransactionID: "t"}, nil })
	storetest.Handle(ts, func(payment.PayBack) (payment.Action, error) { return payment.PaidBack{TransactionID: "b"}, nil })
	return ts
}

func TestFromTheFirstCentToTheLast(t *testing.T) {
	t.Parallel()
	ts := withBank(t)
	ts.Send(start(), func(p *state) {
		*p = state{
			ID: "p", ReservationID: "r", CustomerID: "c", EventID: "e",
			AmountCents: 9000, Currency: "EUR", Method: "credit_card", Status: payment.Pending,
		}
	}).Recorded(started()).Effects(payment.Charge{PaymentID: "p", AmountCents: 9000, Currency: "EUR", Token: "tok_ok"})
	ts.Receive(payment.Charged{TransactionID: "t"}, func(p *state) { p.Status, p.TransactionID = payment.StatusCaptured, "t" }).
		Recorded(payment.Authorized{TransactionID: "t"}, payment.Captured{AmountCents: 9000}).
		Effects(tell(payment.ChargeSucceeded{PaymentID: "p", TransactionID: "t"}))

	half := payment.RefundRequested{AmountCents: 4500, Reason: "ill"}
	back := payment.PayBack{PaymentID: "p", AmountCents: 4500, Currency: "EUR"}
	told := tell(payment.RefundPaid{PaymentID: "p", AmountCents: 4500})
	for i, status := range []payment.Status{payment.PartiallyRefunded, payment.StatusRefunded} {
		sum := int64(4500 * (i + 1))
		ts.Send(payment.Refund(half), func(p *state) { p.RefundCents, p.Refunding = sum, half }).Recorded(half).Effects(back)
		ts.Receive(payment.PaidBack{TransactionID: "b"}, func(p *state) {
			p.RefundedCents, p.Refunding, p.Status = sum, payment.RefundRequested{}, status
		}).Recorded(payment.Refunded{AmountCents: 4500, TransactionID: "b"}).Effects(told)
	}
	ts.Send(payment.Refund(half), nil).Refused(payment.ErrNotCaptured)
}

// The bank was told to drop the charge, but had made it.
func TestAChargeThatCannotBeDroppedIsPaidBack(t *testing.T) {
	t.Parallel()
	ts := withBank(t, started()).Ignore(storetest.State)
	ts.Send(payment.Void{Reason: "Expired"}, func(p *state) { p.Voiding = true }).
		Recorded(payment.VoidRequested{Reason: "Expired"}).Effects(payment.Drop{PaymentID: "p"})
	ts.Receive(payment.Charged{TransactionID: "t"}, func(p *state) { p.Voiding, p.RefundCents = false, 9000 }).
		Recorded(
			payment.Authorized{TransactionID: "t"}, payment.Captured{AmountCents: 9000},
			payment.RefundRequested{AmountCents: 9000, Reason: "charged too late"},
		).Effects(payment.PayBack{PaymentID: "p", AmountCents: 9000, Currency: "EUR"})
	ts.Receive(payment.PaidBack{TransactionID: "b"}, func(p *state) { p.Status = payment.StatusRefunded }).
		Recorded(payment.Refunded{AmountCents: 9000, TransactionID: "b"}).
		Effects(tell(payment.RefundPaid{PaymentID: "p", AmountCents: 9000}))
}
