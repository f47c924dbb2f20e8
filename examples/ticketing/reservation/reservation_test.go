package reservation_test

import (
	"strings"
	"testing"
	"time"

	"github.com/composable-go/composable/examples/ticketing/inventory"
	"github.com/composable-go/composable/examples/ticketing/payment"
	"github.com/composable-go/composable/examples/ticketing/quota"
	"github.com/composable-go/composable/examples/ticketing/reservation"
	"github.com/composable-go/composable/examples/ticketing/stream"
	"github.com/composable-go/composable/store"
	"github.com/composable-go/composable/store/storetest"
)

const (
	id      = "11111111-1111-8111-8111-111111111111"
	eventID = "22222222-2222-8222-8222-222222222222"
	paid    = "33333333-3333-8333-8333-333333333333"
)

type (
	story  = storetest.Story[reservation.Reservation, reservation.Action]
	action = reservation.Action
)

func customer() store.Actor { return store.Actor{ID: "c"} }

func given(t storetest.T, events ...action) *story {
	t.Helper()
	return storetest.Given(t, reservation.Reducer{TicketKey: []byte("key")}, events...).By(customer())
}

// What happened before, each including what came before it.
func initiated() []action {
	return []action{reservation.Initiated{
		ID: id, CustomerID: "c", EventID: eventID, Section: "Stalls", Quantity: 2, Attempts: 3,
		At: storetest.Epoch(), ExpiresAt: storetest.Epoch().Add(5 * time.Minute),
	}}
}

func held() []action {
	return append(initiated(), reservation.SeatsHeld{
		SeatIDs: []string{"A1", "A2"}, Quantity: 2, UnitPriceCents: 4500, Currency: "EUR", Tier: "regular",
	})
}

func paying() []action {
	return append(held(), reservation.PaymentStarted{PaymentID: paid, Method: "credit_card"})
}

func charged() []action {
	return append(paying(), reservation.PaymentCompleted{PaymentID: paid, TransactionID: "t"})
}

func completed() []action {
	return append(charged(), reservation.Completed{CustomerID: "c", EventID: eventID, Section: "Stalls", Tickets: []reservation.Ticket{
		{ID: "t1", Code: "x1", Seat: "A1", Status: reservation.TicketValid}, {ID: "t2", Code: "x2", Seat: "A2", Status: reservation.TicketValid},
	}})
}

func returning() []action {
	return append(completed(), reservation.ReturnRequested{CustomerID: "c", Reason: "ill", At: storetest.Epoch()})
}

// What it says to others.
func releases() store.Effects {
	return store.Effects{
		store.Dispatch(stream.Quota, eventID+":c", quota.Release{ReservationID: id}),
		store.Dispatch(stream.Inventory, eventID+":Stalls", inventory.Release{ReservationID: id}),
	}
}

func ends(record store.RecordEffect) store.Effects {
	return append(store.Effects{record, store.Cancel("expiry")}, releases()...)
}

func voids(reason string) store.Effect {
	return store.Dispatch(stream.Payment, paid, payment.Void{Reason: reason})
}

func refunds(cents int64, reason string) store.Effect {
	return store.Dispatch(stream.Payment, paid, payment.Refund{AmountCents: cents, Reason: reason})
}

// What others say.
func grant() action {
	return reservation.HoldGranted{HoldGranted: inventory.HoldGranted{
		SeatIDs: []string{"A1", "A2"}, Quantity: 2, UnitPriceCents: 4500, Currency: "EUR", Tier: "regular",
	}}
}

func success() action {
	return reservation.ChargeSucceeded{ChargeSucceeded: payment.ChargeSucceeded{PaymentID: paid, TransactionID: "t"}}
}

func decline() action {
	return reservation.ChargeDeclined{ChargeDeclined: payment.ChargeDeclined{PaymentID: paid, Code: "card_declined"}}
}

func refundPaid(cents int64) action {
	return reservation.RefundPaid{RefundPaid: payment.RefundPaid{PaymentID: paid, AmountCents: cents}}
}

func seatsReturned(startsIn time.Duration) action {
	return reservation.SeatsReturned{SeatsReturned: inventory.SeatsReturned{StartsAt: storetest.Epoch().Add(startsIn)}}
}

func status(t *testing.T, want reservation.Status) func(reservation.Reservation) {
	t.Helper()
	return func(s reservation.Reservation) {
		t.Helper()
		if s.Status != want {
			t.Errorf("status = %s, want %s", s.Status, want)
		}
	}
}

func TestInitiateAsksTheQuota(t *testing.T) {
	t.Parallel()
	in5 := storetest.Epoch().Add(5 * time.Minute)
	ask := reservation.Initiate{ID: id, EventID: eventID, Section: "Stalls", Quantity: 2}
	s := given(t).When(ask).Then(
		store.Claim("reservation/"+id),
		store.Record(initiated()[0]),
		store.At("expiry", in5, reservation.Expire{}),
		store.Dispatch(stream.Quota, eventID+":c", quota.Reserve{
			ReservationID: id, CustomerID: "c", EventID: eventID, Section: "Stalls", Quantity: 2,
		}).OnRefusal(reservation.HoldRefused{}),
	).State(status(t, reservation.StatusInitiated))
	s.When(ask).Refused(reservation.ErrExists)
	given(t).By(store.Actor{}).When(ask).Refused(reservation.ErrSignIn)
}

func TestHoldTimeIsPolicy(t *testing.T) {
	t.Parallel()
	s := storetest.Given(t, reservation.Reducer{Hold: time.Second, Attempts: 7}).By(customer())
	_, err := s.When(reservation.Initiate{ID: id, EventID: eventID, Section: "Stalls", SeatIDs: []string{"A1"}}).Outcome()
	if err != nil {
		t.Fatal(err)
	}
	s.State(func(s reservation.Reservation) {
		if s.ExpiresAt != storetest.Epoch().Add(time.Second) || s.AttemptsLeft != 7 || s.Quantity != 1 {
			t.Errorf("%+v; want a second, seven attempts, one seat", s)
		}
	})
}

func TestInitiateIsValidated(t *testing.T) {
	t.Parallel()
	for field, a := range map[string]reservation.Initiate{
		"id":       {ID: "blocked", EventID: eventID, Section: "S", Quantity: 1},
		"event_id": {ID: id, EventID: eventID + ":x", Section: "S", Quantity: 1},
		"section":  {ID: id, EventID: eventID, Quantity: 1},
		"quantity": {ID: id, EventID: eventID, Section: "S", Quantity: 9},
		"seat_ids": {ID: id, EventID: eventID, Section: "S", SeatIDs: []string{"A1", "A1"}},
	} {
		_, err := given(t).When(a).Outcome()
		if r := store.AsRefusal(err); r.Kind != store.Invalid || r.Fields[field] == "" || len(r.Fields) != 1 {
			t.Errorf("%s: %+v; want one invalid field", field, r)
		}
	}
	for _, a := range []reservation.Initiate{
		{ID: id, EventID: eventID, Section: "S"},
		{ID: id, EventID: eventID, Section: "S", Quantity: -1},
		{ID: id, EventID: eventID, Section: "S", Quantity: 3, SeatIDs: []string{"A1"}},
		{ID: id, EventID: eventID, Section: "S", SeatIDs: strings.Split("A1 A2 A3 A4 A5 A6 A7 A8 A9", " ")},
	} {
		if _, err := given(t).When(a).Outcome(); store.AsRefusal(err).Kind != store.Invalid {
			t.Errorf("%+v was not refused as invalid: %v", a, err)
		}
	}
}

func TestGrantFreezesThePrice(t *testing.T) {
	t.Parallel()
	given(t, initiated()...).When(grant()).Then(store.Record(held()[1])).When(grant()).Then().
		State(func(s reservation.Reservation) {
			if s.Status != reservation.StatusSeatsHeld || s.TotalCents() != 9000 {
				t.Errorf("%s, %d; want SeatsHeld, 9000", s.Status, s.TotalCents())
			}
		})
}

func TestRefusedHoldRejectsAtOnce(t *testing.T) {
	t.Parallel()
	refusal := store.Refusal{Code: "insufficient_inventory", Details: map[string]any{"available": 1.0}}
	refused := reservation.HoldRefused{HoldRefused: quota.HoldRefused{ReservationID: id, Refusal: refusal}}
	given(t, initiated()...).When(refused).
		Then(store.Record(reservation.Rejected{CustomerID: "c", Refusal: refusal}), store.Cancel("expiry")).
		State(func(s reservation.Reservation) {
			if s.Status != reservation.StatusRejected || s.Refusal.Details["available"] != 1.0 {
				t.Errorf("%s, %v", s.Status, s.Refusal)
			}
		}).
		When(refused).Then().When(grant()).Then()
	given(t, held()...).When(refused).Then()
}

func TestPayChargesTheWholeAmount(t *testing.T) {
	t.Parallel()
	pay := reservation.Pay{Type: "credit_card", Token: "tok_ok"}
	given(t, held()...).When(pay).Then(
		store.Record(reservation.PaymentStarted{PaymentID: storetest.ID(1, 1), Method: "credit_card"}),
		store.Dispatch(stream.Payment, storetest.ID(1, 1), payment.Start{
			ID: storetest.ID(1, 1), ReservationID: id, CustomerID: "c", EventID: eventID,
			AmountCents: 9000, Currency: "EUR", Method: "credit_card", Token: "tok_ok",
		}),
	).When(pay).Refused(reservation.ErrPaying)
}

func TestPayIsRefused(t *testing.T) {
	t.Parallel()
	pay := reservation.Pay{Type: "credit_card", Token: "tok_ok"}
	expired := append(held(), reservation.Expired{CustomerID: "c"})
	given(t).When(pay).Refused(reservation.ErrNotFound)
	given(t, held()...).By(store.Actor{ID: "somebody", Roles: []string{"admin"}}).When(pay).Refused(reservation.ErrNotFound)
	given(t, initiated()...).When(pay).Refused(reservation.ErrTransition)
	given(t, completed()...).When(pay).Refused(reservation.ErrTransition)
	given(t, expired...).When(pay).Refused(reservation.ErrExpired)
	given(t, held()...).At(storetest.Epoch().Add(5 * time.Minute)).When(pay).Refused(reservation.ErrExpired)
	for field, bad := range map[string]reservation.Pay{
		"payment_method.type": {Type: "cash", Token: "t"}, "payment_method.token": {Type: "pay_pal"},
	} {
		if _, err := given(t, held()...).When(bad).Outcome(); store.AsRefusal(err).Fields[field] == "" {
			t.Errorf("%s: %v", field, err)
		}
	}
}

func TestMoneyThenSeatsThenTickets(t *testing.T) {
	t.Parallel()
	given(t, paying()...).When(success()).Then(
		store.Record(reservation.PaymentCompleted{PaymentID: paid, TransactionID: "t"}),
		store.Cancel("expiry"),
		store.Dispatch(stream.Inventory, eventID+":Stalls", inventory.Confirm{ReservationID: id}).OnRefusal(reservation.SaleRefused{}),
	).State(status(t, reservation.StatusPaymentCompleted)).
		When(success()).Then().When(reservation.Expire{}).Then().
		When(reservation.Cancel{}).Refused(reservation.ErrTransition)

	s := given(t, charged()...)
	if _, err := s.When(reservation.SaleConfirmed{}).Outcome(); err != nil {
		t.Fatal(err)
	}
	s.State(func(s reservation.Reservation) {
		status(t, reservation.StatusCompleted)(s)
		if len(s.Tickets) != 2 || s.Tickets[0].Seat != "A1" || s.Tickets[1].Seat != "A2" || s.Tickets[0].ID == s.Tickets[1].ID ||
			len(s.Tickets[0].Code) != 24 || s.Tickets[0].Code == s.Tickets[1].Code || s.Tickets[0].Status != reservation.TicketValid {
			t.Errorf("tickets = %+v; want one per seat, each with its own code", s.Tickets)
		}
	})
	s.When(reservation.SaleConfirmed{}).Then().When(success()).Then()
}

func TestTicketCodeDependsOnTheKey(t *testing.T) {
	t.Parallel()
	codes := map[string]bool{}
	for _, key := range []string{"one", "two"} {
		s := storetest.Given(t, reservation.Reducer{TicketKey: []byte(key)}, charged()...)
		if _, err := s.When(reservation.SaleConfirmed{}).Outcome(); err != nil {
			t.Fatal(err)
		}
		s.State(func(s reservation.Reservation) { codes[s.Tickets[0].Code] = true })
	}
	if len(codes) != 2 {
		t.Error("the same ticket has the same code under another key")
	}
}

func TestThirdDeclineCompensates(t *testing.T) {
	t.Parallel()
	s := given(t, paying()...)
	s.When(decline()).Then(store.Record(reservation.PaymentDeclined{PaymentID: paid, Code: "card_declined", AttemptsLeft: 2})).
		When(decline()).Then().State(status(t, reservation.StatusSeatsHeld))

	var before []action
	for _, left := range []int{2, 1} {
		other := storetest.ID(9, left)
		before = append(before, reservation.PaymentStarted{PaymentID: other}, reservation.PaymentDeclined{PaymentID: other, AttemptsLeft: left})
	}
	before = append(append(held(), before...), reservation.PaymentStarted{PaymentID: paid})
	given(t, before...).When(decline()).Then(ends(store.Record(
		reservation.PaymentDeclined{PaymentID: paid, Code: "card_declined", AttemptsLeft: 0},
		reservation.Compensated{CustomerID: "c", Reason: "payment_declined"},
	))...).State(status(t, reservation.StatusCompensated))
}

func TestExpiryLetsGoOfEverything(t *testing.T) {
	t.Parallel()
	expired := store.Record(reservation.Expired{CustomerID: "c"})
	for name, before := range map[string][]action{"initiated": initiated(), "held": held()} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			given(t, before...).When(reservation.Expire{}).Then(ends(expired)...).
				State(status(t, reservation.StatusExpired)).
				When(reservation.Expire{}).Then().When(grant()).Then()
		})
	}
	s := given(t, paying()...).When(reservation.Expire{}).Then(append(ends(expired), voids("Expired"))...)
	s.When(success()).Then(voids("charged too late")).State(status(t, reservation.StatusExpired))
	s.When(decline()).Then().When(refundPaid(9000)).Then().When(reservation.SaleConfirmed{}).Then()
	given(t, completed()...).When(reservation.Expire{}).Then()
}

func TestCancelBeforePaymentReleases(t *testing.T) {
	t.Parallel()
	cancelled := store.Record(reservation.Cancelled{CustomerID: "c", Reason: "ill"})
	given(t, held()...).When(reservation.Cancel{Reason: "ill"}).Then(ends(cancelled)...).
		State(status(t, reservation.StatusCancelled)).
		When(reservation.Cancel{}).Refused(reservation.ErrTransition)
	given(t, paying()...).When(reservation.Cancel{Reason: "ill"}).Then(append(ends(cancelled), voids("Cancelled"))...)
	given(t).When(reservation.Cancel{}).Refused(reservation.ErrNotFound)
	given(t, held()...).By(store.Actor{ID: "somebody"}).When(reservation.Cancel{}).Refused(reservation.ErrNotFound)
	given(t, held()...).By(store.Actor{ID: "boss", Roles: []string{"admin"}}).When(reservation.Cancel{Reason: "ill"}).Then(ends(cancelled)...)
	if _, err := given(t, held()...).When(reservation.Cancel{Reason: strings.Repeat("x", 501)}).Outcome(); store.AsRefusal(err).Fields["reason"] == "" {
		t.Errorf("an endless reason: %v", err)
	}
}

func TestReturnIsRefundedByPolicy(t *testing.T) {
	t.Parallel()
	const day = 24 * time.Hour
	for name, c := range map[string]struct {
		startsIn time.Duration
		cents    int64
		want     reservation.Status
	}{
		"a month before":        {30 * day, 9000, reservation.StatusRefunded},
		"seven days before":     {7 * day, 9000, reservation.StatusRefunded},
		"less than seven days":  {7*day - time.Second, 4500, reservation.StatusPartiallyRefunded},
		"a day before":          {day, 4500, reservation.StatusPartiallyRefunded},
		"less than a day":       {day - time.Second, 0, reservation.StatusCancelled},
		"after the performance": {-day, 0, reservation.StatusCancelled},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := given(t, completed()...).When(reservation.Cancel{Reason: "ill"}).
				Then(append(store.Effects{store.Record(returning()[5])}, releases()...)...)
			s.When(reservation.Cancel{}).Refused(reservation.ErrTransition)
			s.At(storetest.Epoch().Add(day)) // the moment of the request counts
			want := store.Effects{store.Record(reservation.RefundDecided{CustomerID: "c", AmountCents: c.cents})}
			if c.cents > 0 {
				want = append(want, refunds(c.cents, "ill"))
			}
			s.When(seatsReturned(c.startsIn)).Then(want...).When(seatsReturned(c.startsIn)).Then()
			if c.cents > 0 {
				s.When(refundPaid(c.cents)).Then(store.Record(reservation.Refunded{CustomerID: "c", AmountCents: c.cents, Full: c.cents == 9000}))
			}
			s.When(refundPaid(c.cents)).Then()
			s.State(func(s reservation.Reservation) {
				status(t, c.want)(s)
				if s.Tickets[0].Status != reservation.TicketVoid || s.Tickets[1].Status != reservation.TicketVoid {
					t.Errorf("tickets = %+v; want them void", s.Tickets)
				}
			})
		})
	}
}

func TestCancelledEventGivesEverythingBack(t *testing.T) {
	t.Parallel()
	const why = reservation.EventWasCancelled
	cancelled := reservation.EventCancelled{}
	all := func() store.Effects {
		return append(append(store.Effects{store.Record(
			reservation.ReturnRequested{CustomerID: "c", Reason: why, At: storetest.Epoch()}, reservation.RefundDecided{CustomerID: "c", AmountCents: 9000},
		)}, releases()...), refunds(9000, why))
	}
	given(t, held()...).When(cancelled).Then(ends(store.Record(reservation.Cancelled{CustomerID: "c", Reason: why}))...).When(cancelled).Then()
	given(t, paying()...).When(cancelled).Then(append(ends(store.Record(reservation.Cancelled{CustomerID: "c", Reason: why})), voids("Cancelled"))...)

	given(t, completed()...).When(cancelled).Then(all()...).When(cancelled).Then().When(seatsReturned(0)).Then().
		When(refundPaid(9000)).Then(store.Record(reservation.Refunded{CustomerID: "c", AmountCents: 9000, Full: true})).
		State(status(t, reservation.StatusRefunded))

	// The confirmation is on its way: whatever it says, the money goes back once.
	s := given(t, charged()...).When(cancelled).Then(all()...)
	s.When(reservation.SaleConfirmed{}).Then().When(reservation.SaleRefused{}).Then().
		When(refundPaid(9000)).Then(store.Record(reservation.Refunded{CustomerID: "c", AmountCents: 9000, Full: true}))

	// The customer asked a moment before.
	given(t, returning()...).When(cancelled).
		Then(store.Record(reservation.RefundDecided{CustomerID: "c", AmountCents: 9000}), refunds(9000, "ill")).
		When(seatsReturned(0)).Then()
}

func TestSaleThatIsRefusedIsUndone(t *testing.T) {
	t.Parallel()
	refused := reservation.SaleRefused{Refusal: store.Refusal{Code: "not_holding"}}
	given(t, charged()...).When(refused).
		Then(append(ends(store.Record(reservation.Compensated{CustomerID: "c", Reason: "not_holding"})), voids("Compensated"))...).
		When(refused).Then().When(success()).Then(voids("charged too late"))
}

func TestRecordedEventsAreUnderstood(t *testing.T) {
	t.Parallel()
	storetest.Golden(t, reservation.Reducer{}, "testdata/events")
}
