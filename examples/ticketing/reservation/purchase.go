package reservation

import (
	"cmp"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base32"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/composable-go/composable/examples/ticketing/inventory"
	"github.com/composable-go/composable/examples/ticketing/payment"
	"github.com/composable-go/composable/examples/ticketing/quota"
	"github.com/composable-go/composable/examples/ticketing/stream"
	"github.com/composable-go/composable/store"
	"github.com/composable-go/composable/web"
)

func (r Reducer) initiate(s *Reservation, a Initiate, env store.Env) (store.Effects, error) {
	if env.Actor.ID == "" {
		return nil, ErrSignIn
	}
	if s.Status != "" {
		return nil, ErrExists
	}
	if err := a.validate(); err != nil {
		return nil, err
	}
	expires := env.Now.Add(cmp.Or(r.Hold, 5*time.Minute))
	ask := quota.Reserve{
		ReservationID: a.ID, CustomerID: env.Actor.ID, EventID: a.EventID, Section: a.Section,
		Quantity: a.Quantity, SeatIDs: a.SeatIDs,
	}
	return store.Effects{
		// Whoever sends over a socket chooses the key and says the id: one id, one stream.
		store.Claim("reservation/" + a.ID),
		store.Record(Initiated{
			ID: a.ID, CustomerID: env.Actor.ID, EventID: a.EventID, Section: a.Section,
			Quantity: max(a.Quantity, len(a.SeatIDs)), SeatIDs: a.SeatIDs,
			Attempts: cmp.Or(r.Attempts, 3), At: env.Now, ExpiresAt: expires,
		}),
		store.At(expiry, expires, Expire{}),
		store.Dispatch(stream.Quota, stream.QuotaKey(a.EventID, env.Actor.ID), ask).OnRefusal(HoldRefused{}),
	}, nil
}

func (a Initiate) validate() error {
	var v web.Validation
	v.Check(isUUID(a.ID), "id", "must be a UUID")
	v.Check(isUUID(a.EventID), "event_id", "must be the id of an event")
	v.Check(a.Section != "" && len(a.Section) <= 240, "section", "must be the name of a section")
	if len(a.SeatIDs) > 0 {
		distinct := len(slices.Compact(slices.Sorted(slices.Values(a.SeatIDs)))) == len(a.SeatIDs)
		v.Check(distinct && len(a.SeatIDs) <= inventory.MaxSeats, "seat_ids", "1 to %d different seats", inventory.MaxSeats)
		v.Check(a.Quantity == 0 || a.Quantity == len(a.SeatIDs), "quantity", "must be left out or the number of seats")
	} else {
		v.Check(a.Quantity >= 1 && a.Quantity <= inventory.MaxSeats, "quantity", "1 to %d", inventory.MaxSeats)
	}
	return v.Err()
}

func isUUID(s string) bool {
	id, err := uuid.Parse(s)
	return err == nil && id.String() == s // Parse takes other spellings too
}

func (s *Reservation) pay(a Pay, env store.Env) (store.Effects, error) {
	if err := s.mayPay(env); err != nil {
		return nil, err
	}
	var v web.Validation
	v.Check(slices.Contains([]string{"credit_card", "pay_pal", "apple_pay"}, a.Type), "payment_method.type", "must be credit_card, pay_pal or apple_pay")
	v.Check(a.Token != "", "payment_method.token", "is missing")
	if err := v.Err(); err != nil {
		return nil, err
	}
	id := env.NewID()
	return store.Effects{
		store.Record(PaymentStarted{id, a.Type}),
		store.Dispatch(stream.Payment, id, payment.Start{
			ID: id, ReservationID: s.ID, CustomerID: s.CustomerID, EventID: s.EventID,
			AmountCents: s.TotalCents(), Currency: s.Currency, Method: a.Type, Token: a.Token,
		}),
	}, nil
}

func (s *Reservation) mayPay(env store.Env) error {
	switch {
	case s.Status == "" || s.CustomerID != env.Actor.ID:
		return ErrNotFound
	case s.Status == StatusExpired, s.unpaid() && !env.Now.Before(s.ExpiresAt):
		return ErrExpired
	case s.Status == StatusPaymentPending:
		return ErrPaying
	case s.Status != StatusSeatsHeld:
		return ErrTransition.With("status", s.Status)
	}
	return nil
}

func (s *Reservation) expire() store.Effects {
	if !s.unpaid() {
		return nil
	}
	return store.Effects{store.Record(Expired{s.CustomerID})}
}

// charged undoes a charge that the reservation does not wait for any more.
func (s *Reservation) charged(a ChargeSucceeded) store.Effects {
	attempt := s.Attempt(a.PaymentID)
	switch {
	case s.Status == StatusPaymentPending && attempt.Status == Pending:
		return store.Effects{store.Record(PaymentCompleted(a.ChargeSucceeded))}
	case attempt.Status == Captured:
		return nil
	}
	return store.Effects{store.Dispatch(stream.Payment, a.PaymentID, payment.Void{Reason: "charged too late"})}
}

func (s *Reservation) declined(a ChargeDeclined) store.Effects {
	if s.Status != StatusPaymentPending || s.Attempt(a.PaymentID).Status != Pending {
		return nil
	}
	left := s.AttemptsLeft - 1
	events := []any{PaymentDeclined{a.PaymentID, a.Code, left}}
	if left == 0 {
		events = append(events, Compensated{s.CustomerID, "payment_declined"})
	}
	return store.Effects{store.Record(events...)}
}

func (r Reducer) complete(s *Reservation, env store.Env) store.Effects {
	if s.Status != StatusPaymentCompleted || !s.Returned.At.IsZero() {
		return nil
	}
	tickets := make([]Ticket, s.Quantity)
	for i := range tickets {
		id := env.NewID()
		tickets[i] = Ticket{ID: id, Code: r.code(id), Status: TicketValid}
		if i < len(s.SeatIDs) {
			tickets[i].Seat = s.SeatIDs[i]
		}
	}
	return store.Effects{store.Record(Completed{
		CustomerID: s.CustomerID, EventID: s.EventID, Section: s.Section, Tickets: tickets,
	})}
}

// code is what the door reads: nobody without the key can make one up.
func (r Reducer) code(ticketID string) string {
	mac := hmac.New(sha256.New, r.TicketKey)
	mac.Write([]byte(ticketID))
	return base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(mac.Sum(nil)[:15])
}

func confirm(id string) inventory.Confirm { return inventory.Confirm{ReservationID: id} }

// end lets go of everything that the reservation has or has asked for.
func (s *Reservation) end(status Status) store.Effects {
	effects := store.Effects{store.Cancel(expiry)}
	if status != StatusRejected { // then quota and inventory said no themselves
		effects = append(effects, s.letGo()...)
	}
	for i, a := range s.Attempts {
		if a.Status == Pending || a.Status == Captured {
			s.Attempts[i].Status = Dropped
			effects = append(effects, store.Dispatch(stream.Payment, a.PaymentID, payment.Void{Reason: string(status)}))
		}
	}
	s.Status = status
	return effects
}

func (s *Reservation) letGo() store.Effects {
	return store.Effects{
		store.Dispatch(stream.Quota, stream.QuotaKey(s.EventID, s.CustomerID), quota.Release{ReservationID: s.ID}),
		store.Dispatch(stream.Inventory, s.inventory(), inventory.Release{ReservationID: s.ID}),
	}
}
