package reservation_test

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/composable-go/composable/examples/ticketing/payment"
	"github.com/composable-go/composable/examples/ticketing/quota"
	"github.com/composable-go/composable/examples/ticketing/reservation"
	"github.com/composable-go/composable/examples/ticketing/stream"
	"github.com/composable-go/composable/store"
)

// ledger adds up what a reservation tells the others.
type ledger struct {
	letGo   map[string]int // by store
	undone  map[string]int // voids and refunds, by payment
	refunds int64
}

func (l ledger) add(effects store.Effects) ledger {
	for _, e := range effects {
		d, ok := e.(store.DispatchEffect)
		if !ok {
			continue
		}
		switch c := d.Command.(type) {
		case quota.Release:
			l.letGo[stream.Quota]++
		case payment.Void:
			l.undone[d.Key]++
		case payment.Refund:
			l.undone[d.Key]++
			l.refunds += c.AmountCents
		}
	}
	return l
}

// Whatever the others say, in whatever order and however often: an end stays an
// end, everything is let go of once, and no money stays without a ticket.
func TestNoOrderOfAnswersLosesMoneyOrSeats(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := given(t, initiated()...)
		l := ledger{letGo: map[string]int{}, undone: map[string]int{}}
		ended := reservation.Status("")
		for range rapid.IntRange(1, 25).Draw(t, "length") {
			effects, _ := s.When(anyAction(t, s)).Outcome()
			l = l.add(effects)
			s.State(func(s reservation.Reservation) {
				if ended != "" && s.Status != ended {
					t.Fatalf("%s became %s", ended, s.Status)
				}
				if final(s.Status) {
					ended = s.Status
				}
				checkLedger(t, s, l)
			})
		}
	})
}

func final(s reservation.Status) bool {
	switch s {
	case reservation.StatusInitiated, reservation.StatusSeatsHeld, reservation.StatusPaymentPending,
		reservation.StatusPaymentCompleted, reservation.StatusCompleted:
		return false
	}
	return true
}

func checkLedger(t *rapid.T, s reservation.Reservation, l ledger) {
	over := final(s.Status) && s.Status != reservation.StatusRejected || !s.Returned.At.IsZero()
	want := 0
	if over {
		want = 1
	}
	if l.letGo[stream.Quota] != want {
		t.Fatalf("let go %d times in %s, want %d", l.letGo[stream.Quota], s.Status, want)
	}
	if l.refunds > s.TotalCents() {
		t.Fatalf("refunded %d of %d", l.refunds, s.TotalCents())
	}
	for _, a := range s.Attempts {
		open := a.Status == reservation.Pending || a.Status == reservation.Captured && s.Returned.At.IsZero()
		if final(s.Status) && open {
			t.Fatalf("payment %s is %s although the reservation is %s", a.PaymentID, a.Status, s.Status)
		}
		if a.Status == reservation.Dropped && l.undone[a.PaymentID] == 0 {
			t.Fatalf("payment %s was dropped and nobody told it", a.PaymentID)
		}
	}
	for _, ticket := range s.Tickets {
		if ticket.Status == reservation.TicketValid && s.Status != reservation.StatusCompleted {
			t.Fatalf("a valid ticket of a reservation that is %s", s.Status)
		}
	}
}

func anyAction(t *rapid.T, s *story) reservation.Action {
	payments := []string{"unknown"}
	s.State(func(s reservation.Reservation) {
		for _, a := range s.Attempts {
			payments = append(payments, a.PaymentID)
		}
	})
	p := rapid.SampledFrom(payments).Draw(t, "payment")
	cents := rapid.SampledFrom([]int64{4500, 9000}).Draw(t, "cents")
	return rapid.SampledFrom([]reservation.Action{
		grant(),
		reservation.HoldRefused{},
		reservation.Pay{Type: "credit_card", Token: "tok_ok"},
		reservation.Pay{Type: "pay_pal", Token: "tok_ok"},
		reservation.ChargeSucceeded{ChargeSucceeded: payment.ChargeSucceeded{PaymentID: p}},
		reservation.ChargeSucceeded{ChargeSucceeded: payment.ChargeSucceeded{PaymentID: p}},
		reservation.ChargeDeclined{ChargeDeclined: payment.ChargeDeclined{PaymentID: p}},
		reservation.SaleConfirmed{},
		reservation.SaleConfirmed{},
		reservation.SaleRefused{},
		reservation.Expire{},
		reservation.Cancel{},
		reservation.EventCancelled{},
		seatsReturned(0), seatsReturned(1 << 60),
		reservation.RefundPaid{RefundPaid: payment.RefundPaid{PaymentID: p, AmountCents: cents}},
	}).Draw(t, "action")
}
