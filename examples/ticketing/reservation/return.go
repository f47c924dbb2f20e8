package reservation

import (
	"cmp"
	"slices"
	"time"

	"github.com/composable-go/composable/examples/ticketing/payment"
	"github.com/composable-go/composable/examples/ticketing/stream"
	"github.com/composable-go/composable/store"
)

// PolicyStep grants a part of the price back to who returns tickets early enough.
type PolicyStep struct {
	HoursBefore int `json:"hours_before"` // the start, at least
	Percent     int `json:"percent"`
}

// RefundPolicy returns the steps, the best first. After the last there is nothing.
func RefundPolicy() []PolicyStep {
	return []PolicyStep{{HoursBefore: 7 * 24, Percent: 100}, {HoursBefore: 24, Percent: 50}}
}

// RefundPercent returns how much of the price goes back when tickets for an event
// that starts at startsAt are returned at now.
func RefundPercent(startsAt, now time.Time) int {
	for _, step := range RefundPolicy() {
		if startsAt.Sub(now) >= time.Duration(step.HoursBefore)*time.Hour {
			return step.Percent
		}
	}
	return 0
}

const maxReason = 500

func (s *Reservation) cancel(a Cancel, env store.Env) (store.Effects, error) {
	if s.Status == "" || s.CustomerID != env.Actor.ID && !env.Actor.Has("admin") {
		return nil, ErrNotFound
	}
	if len(a.Reason) > maxReason {
		return nil, store.Refuse(store.Invalid, "invalid", "the reason is too long").WithField("reason", "at most 500 characters")
	}
	reason := cmp.Or(a.Reason, "cancelled by the customer")
	if s.unpaid() {
		return store.Effects{store.Record(Cancelled{s.CustomerID, reason})}, nil
	}
	if s.Status != StatusCompleted || !s.Returned.At.IsZero() {
		return nil, ErrTransition.With("status", s.Status)
	}
	return store.Effects{store.Record(ReturnRequested{s.CustomerID, reason, env.Now})}, nil
}

func (s *Reservation) eventCancelled(now time.Time) store.Effects {
	switch {
	case s.unpaid():
		return store.Effects{store.Record(Cancelled{s.CustomerID, EventWasCancelled})}
	case s.Status != StatusPaymentCompleted && s.Status != StatusCompleted, s.Returned.Decided:
		return nil
	case s.Returned.At.IsZero():
		return store.Effects{store.Record(ReturnRequested{s.CustomerID, EventWasCancelled, now}, RefundDecided{s.CustomerID, s.TotalCents()})}
	}
	return store.Effects{store.Record(RefundDecided{s.CustomerID, s.TotalCents()})}
}

// seatsReturned applies the policy as of the moment the customer asked.
func (s *Reservation) seatsReturned(startsAt time.Time) store.Effects {
	if s.Returned.At.IsZero() || s.Returned.Decided {
		return nil
	}
	amount := s.TotalCents() * int64(RefundPercent(startsAt, s.Returned.At)) / 100
	return store.Effects{store.Record(RefundDecided{s.CustomerID, amount})}
}

func (s *Reservation) refundPaid(a RefundPaid) store.Effects {
	if !s.Returned.Decided || s.Status != StatusCompleted && s.Status != StatusPaymentCompleted {
		return nil
	}
	return store.Effects{store.Record(Refunded{s.CustomerID, a.AmountCents, a.AmountCents == s.TotalCents()})}
}

func (s *Reservation) applyReturn(event Action) store.Effects {
	switch e := event.(type) {
	case ReturnRequested:
		s.Returned.At, s.Reason = e.At, e.Reason
		for i := range s.Tickets {
			s.Tickets[i].Status = TicketVoid
		}
		return s.letGo()
	case RefundDecided:
		s.Returned.Decided, s.Returned.RefundCents = true, e.AmountCents
		if e.AmountCents == 0 {
			s.Status = StatusCancelled
			return nil
		}
		refund := payment.Refund{AmountCents: e.AmountCents, Reason: s.Reason}
		return store.Effects{store.Dispatch(stream.Payment, s.paidBy(), refund)}
	case Refunded:
		s.Status = StatusPartiallyRefunded
		if e.Full {
			s.Status = StatusRefunded
		}
	}
	return nil
}

func (s *Reservation) paidBy() string {
	i := slices.IndexFunc(s.Attempts, func(a Attempt) bool { return a.Status == Captured })
	return s.Attempts[i].PaymentID
}
