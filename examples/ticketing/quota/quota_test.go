package quota_test

import (
	"testing"

	"github.com/composable-go/composable/examples/ticketing/inventory"
	"github.com/composable-go/composable/examples/ticketing/quota"
	"github.com/composable-go/composable/examples/ticketing/stream"
	"github.com/composable-go/composable/store"
	"github.com/composable-go/composable/store/storetest"
)

func reserve(id string, quantity int, seats ...string) quota.Reserve {
	return quota.Reserve{ReservationID: id, CustomerID: "c", EventID: "e", Section: "Stalls", Quantity: quantity, SeatIDs: seats}
}

func passedOn(id string, quantity int, seats ...string) store.Effect {
	return store.Dispatch(stream.Inventory, "e:Stalls", inventory.Hold{ReservationID: id, CustomerID: "c", Quantity: quantity, SeatIDs: seats}).
		OnRefusal(quota.HoldRefused{ReservationID: id})
}

func given(t *testing.T, events ...quota.Action) *storetest.Story[quota.Quota, quota.Action] {
	t.Helper()
	return storetest.Given(t, quota.Reducer{}, events...)
}

func TestReserveIsPassedOn(t *testing.T) {
	t.Parallel()
	given(t).When(reserve("r", 8)).Then(store.Record(quota.Reserved{ReservationID: "r", Quantity: 8}), passedOn("r", 8)).
		When(reserve("r", 8)).Then()
	given(t).When(reserve("r", 0, "A1", "A2")).
		Then(store.Record(quota.Reserved{ReservationID: "r", Quantity: 2}), passedOn("r", 2, "A1", "A2"))
}

func TestNobodyGetsMoreThanEight(t *testing.T) {
	t.Parallel()
	given(t, quota.Reserved{ReservationID: "x", Quantity: 3}, quota.Reserved{ReservationID: "y", Quantity: 3}).
		When(reserve("r", 3)).Refused(quota.ErrExceeded).
		When(reserve("r", 2)).Then(store.Record(quota.Reserved{ReservationID: "r", Quantity: 2}), passedOn("r", 2)).
		When(reserve("s", 1)).Refused(quota.ErrExceeded)
	given(t).When(reserve("r", 9)).Refused(quota.ErrExceeded)
	storetest.Given(t, quota.Reducer{Max: 1}).When(reserve("r", 2)).Refused(quota.ErrExceeded)
}

func TestReleaseMayComeTwiceAndFirst(t *testing.T) {
	t.Parallel()
	release := quota.Release{ReservationID: "r"}
	released := store.Record(quota.Released{ReservationID: "r"})
	given(t, quota.Reserved{ReservationID: "r", Quantity: 8}).When(release).Then(released).When(release).Then().
		When(reserve("r", 1)).Refused(quota.ErrEnded).
		When(reserve("s", 8)).Then(store.Record(quota.Reserved{ReservationID: "s", Quantity: 8}), passedOn("s", 8))
	given(t).When(release).Then(released).When(reserve("r", 1)).Refused(quota.ErrEnded)
}

func TestRefusedHoldIsGivenBackAndPassedOn(t *testing.T) {
	t.Parallel()
	refused := quota.HoldRefused{ReservationID: "r", Refusal: store.Refusal{Code: "seat_taken"}}
	told := store.Dispatch(stream.Reservation, "r", refused)
	given(t, quota.Reserved{ReservationID: "r", Quantity: 8}).
		When(refused).Then(store.Record(quota.Released{ReservationID: "r"}), told).
		When(refused).Then(told)
}

func TestRecordedEventsAreUnderstood(t *testing.T) {
	t.Parallel()
	storetest.Golden(t, quota.Reducer{}, "testdata/events")
}
