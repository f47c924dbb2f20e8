package inventory_test

import (
	"testing"

	"github.com/composable-go/composable/examples/checkout/inventory"
	"github.com/composable-go/composable/store"
	"github.com/composable-go/composable/store/storetest"
)

func given(t *testing.T, events ...inventory.Action) *storetest.Story[inventory.Product, inventory.Action] {
	t.Helper()
	return storetest.Given(t, inventory.Reducer{}, events...)
}

func has(t *testing.T, available, reserved int64) func(inventory.Product) {
	t.Helper()
	return func(p inventory.Product) {
		t.Helper()
		if p.ID != "tea" || p.Available != available || p.Reserved["o"] != reserved {
			t.Errorf("%+v; want %d, and %d for o", p, available, reserved)
		}
	}
}

var (
	receive  = inventory.Receive{ID: "tea", Quantity: 10, PriceCents: 450}
	reserve  = inventory.Reserve{OrderID: "o", Quantity: 4}
	reserved = inventory.Reserved{OrderID: "o", Quantity: 4, AmountCents: 1800}
)

func TestStockIsReservedOnceAtThePriceOfNow(t *testing.T) {
	t.Parallel()
	given(t).
		When(receive).Then(store.Record(inventory.Received(receive))).
		When(reserve).Then(store.Record(reserved)).State(has(t, 6, 4)).
		When(reserve).Then().
		When(inventory.Reserve{OrderID: "p", Quantity: 7}).Refused(inventory.ErrOutOfStock).
		When(inventory.Reserve{OrderID: "p", Quantity: 6}).
		Then(store.Record(inventory.Reserved{OrderID: "p", Quantity: 6, AmountCents: 2700})).State(has(t, 0, 4))
	given(t).When(reserve).Refused(inventory.ErrOutOfStock)
}

func TestWhatIsReleasedIsForSaleAgainAndWhatIsShippedIsNot(t *testing.T) {
	t.Parallel()
	release, ship := inventory.Release{OrderID: "o"}, inventory.Ship{OrderID: "o"}
	given(t, inventory.Received(receive), reserved).
		When(release).Then(store.Record(inventory.Released(release))).State(has(t, 10, 0)).
		When(release).Then().When(ship).Then()
	given(t, inventory.Received(receive), reserved).
		When(ship).Then(store.Record(inventory.Shipped(ship))).State(has(t, 6, 0)).
		When(ship).Then().When(release).Then()
}

func TestDeliveriesHaveLimits(t *testing.T) {
	t.Parallel()
	for _, r := range []inventory.Receive{
		{Quantity: 0, PriceCents: 1},
		{Quantity: inventory.MaxQuantity + 1, PriceCents: 1},
		{Quantity: 1, PriceCents: 0},
		{Quantity: 1, PriceCents: inventory.MaxPriceCents + 1},
	} {
		given(t).When(r).Refused(inventory.ErrInvalid)
	}
}
