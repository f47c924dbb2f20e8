package inventory_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/composable-go/composable/examples/ticketing/inventory"
	"github.com/composable-go/composable/examples/ticketing/stream"
	"github.com/composable-go/composable/store"
	"github.com/composable-go/composable/store/storetest"
)

func regular(section string, cents int64) inventory.Tier {
	return inventory.Tier{Kind: "regular", Section: section, PriceCents: cents, From: storetest.Epoch().AddDate(0, 0, -1)}
}

// stalls has rows A and B of five seats each, and is on sale at 45.00.
func stalls(change ...func(*inventory.Terms)) inventory.Terms {
	t := inventory.Terms{
		Revision: 1, EventID: "e", OwnerID: "owner", Currency: "EUR", Sale: inventory.SaleOpen,
		StartsAt: storetest.Epoch().AddDate(0, 1, 0), Tiers: []inventory.Tier{regular("Stalls", 4500)},
		Section: inventory.Section{
			Name: "Stalls", Kind: inventory.Numbered, Capacity: 10,
			Rows: []inventory.Row{{Label: "A", Seats: 5}, {Label: "B", Seats: 5}},
		},
	}
	for _, f := range change {
		f(&t)
	}
	return t
}

func standing(change ...func(*inventory.Terms)) inventory.Terms {
	return stalls(append([]func(*inventory.Terms){func(t *inventory.Terms) {
		t.Section = inventory.Section{Name: "Standing", Kind: inventory.General, Capacity: 10}
		t.Tiers = []inventory.Tier{regular("Standing", 2500)}
	}}, change...)...)
}

func given(t storetest.T, terms inventory.Terms, events ...inventory.Action) *storetest.Story[inventory.Inventory, inventory.Action] {
	t.Helper()
	return storetest.Given(t, inventory.Reducer{}, append([]inventory.Action{inventory.Configured{Terms: terms}}, events...)...)
}

func held(reservation string, seats ...string) inventory.SeatsHeld {
	return inventory.SeatsHeld{
		ReservationID: reservation, CustomerID: "c", Quantity: len(seats), SeatIDs: seats, UnitPriceCents: 4500, Tier: "regular",
	}
}

func sold(reservation string, seats ...string) inventory.SeatsSold {
	return inventory.SeatsSold{ReservationID: reservation, CustomerID: "c", Quantity: len(seats), SeatIDs: seats}
}

func granted(reservation string, seats ...string) store.Effect {
	return store.Dispatch(stream.Reservation, reservation,
		inventory.HoldGranted{SeatIDs: seats, Quantity: len(seats), UnitPriceCents: 4500, Currency: "EUR", Tier: "regular"})
}

func hold(quantity int, seats ...string) inventory.Hold {
	return inventory.Hold{ReservationID: "r", CustomerID: "c", Quantity: quantity, SeatIDs: seats}
}

func TestHoldPicksSeats(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		before []inventory.Action
		hold   inventory.Hold
		want   []string
	}{
		"the ones asked for":                     {nil, hold(0, "B2", "A4"), []string{"B2", "A4"}},
		"each once":                              {nil, hold(0, "A1", "A1"), []string{"A1"}},
		"the first in order":                     {nil, hold(2), []string{"A1", "A2"}},
		"side by side in a later row":            {[]inventory.Action{held("x", "A3")}, hold(3), []string{"B1", "B2", "B3"}},
		"side by side behind a gap":              {[]inventory.Action{held("x", "A2")}, hold(3), []string{"A3", "A4", "A5"}},
		"the first when none are side by side":   {[]inventory.Action{held("x", "A3"), held("y", "B3")}, hold(4), []string{"A1", "A2", "A4", "A5"}},
		"around blocked seats":                   {[]inventory.Action{inventory.SeatsBlocked{Quantity: 1, SeatIDs: []string{"A1"}}}, hold(1), []string{"A2"}},
		"seats that were released, by a seat no": {[]inventory.Action{held("x", "A1"), inventory.SeatsReleased{ReservationID: "x", Quantity: 1, SeatIDs: []string{"A1"}}}, hold(0, "A1"), []string{"A1"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			given(t, stalls(), c.before...).When(c.hold).Then(store.Record(held("r", c.want...)), granted("r", c.want...))
		})
	}
}

func TestGeneralHoldCountsPlaces(t *testing.T) {
	t.Parallel()
	given(t, standing()).When(hold(8)).Then(
		store.Record(inventory.SeatsHeld{ReservationID: "r", CustomerID: "c", Quantity: 8, UnitPriceCents: 2500, Tier: "regular"}),
		store.Dispatch(stream.Reservation, "r", inventory.HoldGranted{Quantity: 8, UnitPriceCents: 2500, Currency: "EUR", Tier: "regular"}),
	).State(func(s inventory.Inventory) {
		if s.Held != 8 || s.Available() != 2 {
			t.Errorf("held %d, available %d; want 8 and 2", s.Held, s.Available())
		}
	})
}

func TestHoldIsRefused(t *testing.T) {
	t.Parallel()
	closed := func(t *inventory.Terms) { t.Sale = inventory.SaleClosed }
	cancelled := func(t *inventory.Terms) { t.Sale = inventory.SaleCancelled }
	noPrice := func(t *inventory.Terms) { t.Tiers = nil }
	almost := inventory.SeatsHeld{ReservationID: "x", Quantity: 8}
	for name, c := range map[string]struct {
		terms  inventory.Terms
		before []inventory.Action
		hold   inventory.Hold
		want   *store.Refusal
		detail any
	}{
		"seat held":            {stalls(), []inventory.Action{held("x", "A1")}, hold(0, "A1", "A2"), inventory.ErrSeatTaken, []string{"A1"}},
		"seat sold":            {stalls(), []inventory.Action{held("x", "A1"), sold("x", "A1")}, hold(0, "A1"), inventory.ErrSeatTaken, []string{"A1"}},
		"seat blocked":         {stalls(), []inventory.Action{inventory.SeatsBlocked{Quantity: 1, SeatIDs: []string{"A1"}}}, hold(0, "A1"), inventory.ErrSeatTaken, []string{"A1"}},
		"too few":              {standing(), []inventory.Action{almost}, hold(3), inventory.ErrInsufficient, 2},
		"unknown row":          {stalls(), nil, hold(0, "C1"), inventory.ErrUnknownSeat, []string{"C1"}},
		"seat 0":               {stalls(), nil, hold(0, "A0"), inventory.ErrUnknownSeat, []string{"A0"}},
		"seat beyond the row":  {stalls(), nil, hold(0, "A6"), inventory.ErrUnknownSeat, []string{"A6"}},
		"seat spelt otherwise": {stalls(), nil, hold(0, "A01"), inventory.ErrUnknownSeat, []string{"A01"}},
		"seats of a general":   {standing(), nil, hold(0, "A1"), inventory.ErrUnknownSeat, nil},
		"none":                 {stalls(), nil, hold(0), inventory.ErrQuantity, nil},
		"nine":                 {standing(), nil, hold(9), inventory.ErrQuantity, nil},
		"nine seats":           {stalls(), nil, hold(0, "A1", "A2", "A3", "A4", "A5", "B1", "B2", "B3", "B4"), inventory.ErrQuantity, nil},
		"sale closed":          {stalls(closed), nil, hold(1), inventory.ErrNotOnSale, nil},
		"event cancelled":      {stalls(cancelled), nil, hold(1), inventory.ErrNotOnSale, nil},
		"no tier":              {stalls(noPrice), nil, hold(1), inventory.ErrNotOnSale, nil},
		"ended before":         {stalls(), []inventory.Action{inventory.Barred{ReservationID: "r"}}, hold(1), inventory.ErrEnded, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := given(t, c.terms, c.before...).When(c.hold).Refused(c.want).Outcome()
			var r *store.Refusal
			if !errors.As(err, &r) {
				t.Fatalf("%v is no refusal", err)
			}
			switch want := c.detail.(type) {
			case []string:
				if got, _ := r.Details["seats"].([]string); !slices.Equal(got, want) {
					t.Errorf("seats = %v, want %v", got, want)
				}
			case int:
				if r.Details["available"] != want {
					t.Errorf("available = %v, want %d", r.Details["available"], want)
				}
			}
		})
	}
}

func TestPriceIsThatOfTheTierThatBeganLast(t *testing.T) {
	t.Parallel()
	at := func(days int) time.Time { return storetest.Epoch().AddDate(0, 0, days) }
	until := at(10)
	tiers := []inventory.Tier{
		{Kind: "early_bird", Section: "S", PriceCents: 80, From: at(0), Until: &until},
		{Kind: "regular", Section: "S", PriceCents: 100, From: at(-100)},
		{Kind: "last_minute", Section: "S", PriceCents: 110, From: at(20)},
		{Kind: "regular", Section: "Other", PriceCents: 1, From: at(15)},
	}
	for day, want := range map[int]int64{-101: 0, -100: 100, -1: 100, 0: 80, 9: 80, 10: 100, 19: 100, 20: 110, 999: 110} {
		if got, ok := inventory.Price(tiers, "S", at(day)); got.PriceCents != want || ok != (want > 0) {
			t.Errorf("day %d: price = %d, %t; want %d", day, got.PriceCents, ok, want)
		}
	}
}

func TestConfirmOnlyByTheHolder(t *testing.T) {
	t.Parallel()
	confirmed := store.Dispatch(stream.Reservation, "r", inventory.SaleConfirmed{})
	s := given(t, stalls(), held("r", "A1"), held("x", "A2"))
	s.When(inventory.Confirm{ReservationID: "r"}).Then(store.Record(sold("r", "A1")), confirmed)
	s.When(inventory.Confirm{ReservationID: "r"}).Then(confirmed)
	s.When(inventory.Confirm{ReservationID: "y"}).Refused(inventory.ErrNotHolding)
	s.State(func(s inventory.Inventory) {
		if s.Held != 1 || s.Sold != 1 || s.Available() != 8 {
			t.Errorf("held %d, sold %d, available %d; want 1, 1, 8", s.Held, s.Sold, s.Available())
		}
	})
}

func TestReleaseIsIdempotentAndMayComeFirst(t *testing.T) {
	t.Parallel()
	release := inventory.Release{ReservationID: "r"}
	released := inventory.SeatsReleased{ReservationID: "r", Quantity: 1, SeatIDs: []string{"A1"}}

	s := given(t, stalls(), held("r", "A1"))
	s.When(release).Then(store.Record(released)).When(release).Then()
	s.When(inventory.Confirm{ReservationID: "r"}).Refused(inventory.ErrNotHolding)
	s.When(hold(1)).Refused(inventory.ErrEnded)

	released.Sold = true
	returned := inventory.SeatsReturned{StartsAt: stalls().StartsAt}
	given(t, stalls(), held("r", "A1"), sold("r", "A1")).When(release).
		Then(store.Record(released), store.Dispatch(stream.Reservation, "r", returned)).
		State(func(s inventory.Inventory) {
			if s.Available() != 10 {
				t.Errorf("available = %d, want all 10", s.Available())
			}
		})

	s = given(t, stalls()).When(release).Then(store.Record(inventory.Barred{ReservationID: "r"}))
	s.When(release).Then().When(hold(1)).Refused(inventory.ErrEnded)
}

func TestHoldAgainChangesNothing(t *testing.T) {
	t.Parallel()
	given(t, stalls(), held("r", "A1")).When(hold(0, "A2")).Then()
}

func TestConfigureKeepsTheNewestTerms(t *testing.T) {
	t.Parallel()
	newer := stalls(func(t *inventory.Terms) { t.Revision, t.Sale = 5, inventory.SaleClosed })
	older := stalls(func(t *inventory.Terms) { t.Revision = 4 })
	given(t, stalls()).
		When(inventory.Configure{Terms: newer}).Then(store.Record(inventory.Configured{Terms: newer})).
		When(inventory.Configure{Terms: older}).Then().
		When(inventory.Configure{Terms: newer}).Then().
		When(hold(1)).Refused(inventory.ErrNotOnSale)
}

func TestBlockAndUnblock(t *testing.T) {
	t.Parallel()
	block := func(seats ...string) inventory.Block { return inventory.Block{SeatIDs: seats} }
	unblock := func(seats ...string) inventory.Unblock { return inventory.Unblock{SeatIDs: seats} }
	off := inventory.SeatsBlocked{Quantity: 2, SeatIDs: []string{"A1", "A2"}}

	s := given(t, stalls(), held("x", "B1")).By(store.Actor{ID: "owner"})
	s.When(block("A2", "A1", "A2")).Then(store.Record(off)).When(block("A1")).Then()
	s.When(block("A3", "B1")).Refused(inventory.ErrSeatTaken)
	s.When(block("C1")).Refused(inventory.ErrUnknownSeat).When(block()).Refused(inventory.ErrUnknownSeat)
	s.When(unblock("A1", "A5")).Then(store.Record(inventory.SeatsUnblocked{Quantity: 1, SeatIDs: []string{"A1"}}))
	s.When(unblock("A1")).Then()
	s.By(store.Actor{ID: "somebody"}).When(block("A4")).Refused(store.ErrForbidden).When(unblock("A2")).Refused(store.ErrForbidden)
	s.By(store.Actor{ID: "boss", Roles: []string{"admin"}}).When(unblock("A2")).
		Then(store.Record(inventory.SeatsUnblocked{Quantity: 1, SeatIDs: []string{"A2"}}))
	storetest.Given(t, inventory.Reducer{}).By(store.Actor{ID: "owner"}).When(block("A1")).Refused(inventory.ErrNotConfigured)
}

func TestBlockAndUnblockPlacesOfAGeneralSection(t *testing.T) {
	t.Parallel()
	block := func(n int) inventory.Block { return inventory.Block{Quantity: n} }
	unblock := func(n int) inventory.Unblock { return inventory.Unblock{Quantity: n} }
	s := given(t, standing()).By(store.Actor{ID: "owner"})
	s.When(block(9)).Then(store.Record(inventory.SeatsBlocked{Quantity: 9}))
	s.When(block(2)).Refused(inventory.ErrInsufficient).When(block(0)).Refused(inventory.ErrQuantity)
	s.When(unblock(10)).Refused(inventory.ErrQuantity)
	s.When(unblock(9)).Then(store.Record(inventory.SeatsUnblocked{Quantity: 9}))
}

func TestCancelledEventTellsEveryHolderInBatches(t *testing.T) {
	t.Parallel()
	var before []inventory.Action
	var holders []string
	for i := range 150 {
		holders = append(holders, storetest.ID(1, i+1))
		before = append(before, inventory.SeatsHeld{ReservationID: holders[i], Quantity: 1})
	}
	slices.Sort(holders)
	told := func(reservations []string, more ...store.Effect) store.Effects {
		effects := store.Effects{store.Record(inventory.HoldersTold{ReservationIDs: reservations})}
		for _, id := range reservations {
			effects = append(effects, store.Dispatch(stream.Reservation, id, inventory.EventCancelled{}))
		}
		return append(effects, more...)
	}
	huge := func(t *inventory.Terms) { t.Section.Capacity = 1000 }
	cancelled := standing(huge, func(t *inventory.Terms) { t.Revision, t.Sale = 2, inventory.SaleCancelled })
	later := cancelled
	later.Revision++
	goOn := store.Dispatch(stream.Inventory, "e:Standing", inventory.TellHolders{})

	given(t, standing(huge), before...).
		When(inventory.TellHolders{}).Then().
		When(inventory.Configure{Terms: cancelled}).Then(store.Record(inventory.Configured{Terms: cancelled}), goOn).
		When(inventory.TellHolders{}).Then(told(holders[:100], goOn)...).
		When(inventory.TellHolders{}).Then(told(holders[100:])...).
		When(inventory.TellHolders{}).Then().
		When(inventory.Configure{Terms: later}).Then(store.Record(inventory.Configured{Terms: later}))
}

func TestRecordedEventsAreUnderstood(t *testing.T) {
	t.Parallel()
	storetest.Golden(t, inventory.Reducer{}, "testdata/events")
}
