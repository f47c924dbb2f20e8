package reservation_test

import (
	"testing"
	"time"

	"github.com/composable-go/composable/examples/ticketing/inventory"
	"github.com/composable-go/composable/examples/ticketing/quota"
	"github.com/composable-go/composable/examples/ticketing/reservation"
	"github.com/composable-go/composable/examples/ticketing/stream"
	"github.com/composable-go/composable/store"
	"github.com/composable-go/composable/store/storetest"
)

type state = reservation.Reservation

func wish() reservation.Initiate {
	return reservation.Initiate{ID: id, EventID: eventID, Section: "Stalls", SeatIDs: []string{"A1", "A2"}}
}

// asks is a reservation that has just asked the quota, which answers as it is told.
func asks(t *testing.T, answer func(quota.Reserve) (action, error)) *storetest.TestStore[state, action] {
	ts := storetest.NewTestStore(t, reservation.Reducer{}).By(customer())
	storetest.Handle(ts, answer)
	asked := initiated()[0].(reservation.Initiated)
	asked.SeatIDs = wish().SeatIDs
	return ts.Send(wish(), func(s *state) {
		*s = state{
			ID: id, CustomerID: "c", EventID: eventID, Section: "Stalls", Quantity: 2, SeatIDs: asked.SeatIDs,
			Status: reservation.StatusInitiated, CreatedAt: storetest.Epoch(), ExpiresAt: asked.ExpiresAt, AttemptsLeft: 3,
		}
	}).Recorded(asked).Effects(
		store.Claim("reservation/"+id),
		store.At("expiry", asked.ExpiresAt, reservation.Expire{}),
		store.Dispatch(stream.Quota, eventID+":c", quota.Reserve{
			ReservationID: id, CustomerID: "c", EventID: eventID, Section: "Stalls", SeatIDs: asked.SeatIDs,
		}).OnRefusal(reservation.HoldRefused{}),
	)
}

func TestAHoldThatNobodyPaysForExpires(t *testing.T) {
	t.Parallel()
	granted := held()[1].(reservation.SeatsHeld)
	ts := asks(t, func(quota.Reserve) (action, error) {
		return reservation.HoldGranted{HoldGranted: inventory.HoldGranted(granted)}, nil
	})
	ts.Receive(reservation.HoldGranted{HoldGranted: inventory.HoldGranted(granted)}, func(s *state) {
		s.Status, s.UnitPriceCents, s.Currency, s.Tier = reservation.StatusSeatsHeld, 4500, "EUR", "regular"
	}).Recorded(granted)
	ts.Advance(5*time.Minute-1).Send(wish(), nil).Refused(reservation.ErrExists)
	ts.Advance(1).Receive(reservation.Expire{}, func(s *state) { s.Status = reservation.StatusExpired }).
		Recorded(reservation.Expired{CustomerID: "c"}).
		Effects(append(store.Effects{store.Cancel("expiry")}, releases()...)...)
}

func TestWhoHasEnoughPlacesIsTold(t *testing.T) {
	t.Parallel()
	ts := asks(t, func(quota.Reserve) (action, error) { return nil, quota.ErrExceeded })
	ts.Receive(reservation.HoldRefused{HoldRefused: quota.HoldRefused{Refusal: *quota.ErrExceeded}}, func(s *state) {
		s.Status, s.Refusal, s.Reason = reservation.StatusRejected, quota.ErrExceeded, "quota_exceeded"
	}).Recorded(reservation.Rejected{CustomerID: "c", Refusal: *quota.ErrExceeded}).Effects(store.Cancel("expiry"))
}
