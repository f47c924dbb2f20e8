package reservation

import (
	"time"

	"github.com/composable-go/composable/examples/ticketing/stream"
	"github.com/composable-go/composable/store"
)

// Reducer is the logic of a purchase.
type Reducer struct {
	Hold      time.Duration // how long seats are held, 5 minutes when 0
	Attempts  int           // to pay, 3 when 0
	TicketKey []byte        // signs the tickets' codes
}

// Refusals.
var (
	ErrExists     = store.Refuse(store.Conflict, "already_exists", "this reservation exists already")
	ErrNotFound   = store.Refuse(store.NotFound, "not_found", "there is no such reservation")
	ErrSignIn     = store.Refuse(store.Unauthenticated, "unauthenticated", "sign in first")
	ErrExpired    = store.Refuse(store.Conflict, "expired", "the time to pay is over, the seats are on sale again")
	ErrPaying     = store.Refuse(store.Conflict, "payment_in_progress", "a payment is on its way; wait for its outcome")
	ErrDeclined   = store.Refuse(store.PaymentRequired, "payment_declined", "the bank declined the card")
	ErrTransition = store.Refuse(store.Conflict, "invalid_transition", "this is not possible any more")
)

// EventWasCancelled is the reason of what ends because of its event.
const EventWasCancelled = "event_cancelled"

const expiry = "expiry" // the timer

// Reduce implements [store.Reducer].
func (r Reducer) Reduce(s *Reservation, action Action, env store.Env) (store.Effects, error) {
	switch a := action.(type) {
	case Initiate:
		return r.initiate(s, a, env)
	case Pay:
		return s.pay(a, env)
	case Cancel:
		return s.cancel(a, env)
	case Expire:
		return s.expire(), nil
	case HoldGranted:
		if s.Status == StatusInitiated {
			return store.Effects{store.Record(SeatsHeld(a.HoldGranted))}, nil
		}
	case HoldRefused:
		if s.Status == StatusInitiated {
			return store.Effects{store.Record(Rejected{s.CustomerID, a.Refusal})}, nil
		}
	case ChargeSucceeded:
		return s.charged(a), nil
	case ChargeDeclined:
		return s.declined(a), nil
	case SaleConfirmed:
		return r.complete(s, env), nil
	case SaleRefused:
		if s.Status == StatusPaymentCompleted && s.Returned.At.IsZero() {
			return store.Effects{store.Record(Compensated{s.CustomerID, a.Code})}, nil
		}
	case EventCancelled:
		return s.eventCancelled(env.Now), nil
	case SeatsReturned:
		return s.seatsReturned(a.StartsAt), nil
	case RefundPaid:
		return s.refundPaid(a), nil
	}
	return s.apply(action), nil
}

// apply changes the state by an event. Whatever ends the saga lets go of
// everything it has, in the same commit.
func (s *Reservation) apply(event Action) (effects store.Effects) {
	switch e := event.(type) {
	case Initiated:
		*s = Reservation{
			ID: e.ID, CustomerID: e.CustomerID, EventID: e.EventID, Section: e.Section, Quantity: e.Quantity, SeatIDs: e.SeatIDs,
			Status: StatusInitiated, CreatedAt: e.At, ExpiresAt: e.ExpiresAt, AttemptsLeft: e.Attempts,
		}
	case SeatsHeld:
		s.Status, s.SeatIDs, s.Quantity = StatusSeatsHeld, e.SeatIDs, e.Quantity
		s.UnitPriceCents, s.Currency, s.Tier = e.UnitPriceCents, e.Currency, e.Tier
	case Rejected:
		s.Refusal, s.Reason = &e.Refusal, e.Code
		return s.end(StatusRejected)
	case PaymentStarted:
		s.Status = StatusPaymentPending
		s.Attempts = append(s.Attempts, Attempt{PaymentID: e.PaymentID, Method: e.Method, Status: Pending})
	case PaymentDeclined:
		a := s.attempt(e.PaymentID)
		a.Status, a.DeclineCode = Declined, e.Code
		s.Status, s.AttemptsLeft = StatusSeatsHeld, e.AttemptsLeft
	case PaymentCompleted:
		a := s.attempt(e.PaymentID)
		a.Status, a.TransactionID = Captured, e.TransactionID
		s.Status = StatusPaymentCompleted
		return store.Effects{
			store.Cancel(expiry),
			store.Dispatch(stream.Inventory, s.inventory(), confirm(s.ID)).OnRefusal(SaleRefused{}),
		}
	case Completed:
		s.Status, s.Tickets = StatusCompleted, e.Tickets
	case Expired:
		return s.end(StatusExpired)
	case Cancelled:
		s.Reason = e.Reason
		return s.end(StatusCancelled)
	case Compensated:
		s.Reason = e.Reason
		return s.end(StatusCompensated)
	default:
		return s.applyReturn(event)
	}
	return nil
}

func (s *Reservation) inventory() string { return stream.InventoryKey(s.EventID, s.Section) }
