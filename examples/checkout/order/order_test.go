package order_test

import (
	"testing"

	"github.com/composable-go/composable/examples/checkout/order"
	"github.com/composable-go/composable/store"
	"github.com/composable-go/composable/store/storetest"
)

var (
	place  = order.Place{ID: "o", Product: "tea", Quantity: 2, PaymentMethod: "tok_ok"}
	placed = order.Placed(place)
)

func given(t *testing.T, events ...order.Action) *storetest.Story[order.Order, order.Action] {
	t.Helper()
	return storetest.Given(t, order.Reducer{}, events...)
}

func TestOrderIsPlacedOnce(t *testing.T) {
	t.Parallel()
	given(t).When(place).Then(store.Record(placed)).
		State(func(o order.Order) {
			if o.Final() {
				t.Errorf("%+v is final", o)
			}
		}).
		When(place).Refused(order.ErrExists)
}

func TestOrderNeedsAProductAQuantityAndAPayment(t *testing.T) {
	t.Parallel()
	for _, p := range []order.Place{
		{ID: "o", Quantity: 1, PaymentMethod: "tok_ok"},
		{ID: "o", Product: "tea", Quantity: 0, PaymentMethod: "tok_ok"},
		{ID: "o", Product: "tea", Quantity: order.MaxQuantity + 1, PaymentMethod: "tok_ok"},
		{ID: "o", Product: "tea", Quantity: 1},
	} {
		given(t).When(p).Refused(order.ErrInvalid)
	}
}

func TestOutcomeIsFinal(t *testing.T) {
	t.Parallel()
	outcomes := []order.Action{order.Confirm{AmountCents: 900}, order.Reject{Reason: "out_of_stock"}, order.Cancel{Reason: "card_declined"}}
	for i, want := range []struct {
		event order.Action
		state order.Order
	}{
		{order.Confirmed{AmountCents: 900}, order.Order{Status: order.StatusConfirmed, AmountCents: 900}},
		{order.Rejected{Reason: "out_of_stock"}, order.Order{Status: order.StatusRejected, Reason: "out_of_stock"}},
		{order.Cancelled{Reason: "card_declined"}, order.Order{Status: order.StatusCancelled, Reason: "card_declined"}},
	} {
		given(t).When(outcomes[i]).Refused(order.ErrDecided)
		s := given(t, placed).When(outcomes[i]).Then(store.Record(want.event))
		s.State(func(o order.Order) {
			want.state.ID, want.state.Product, want.state.Quantity = "o", "tea", 2
			if o != want.state || !o.Final() {
				t.Errorf("order = %+v, want %+v, final", o, want.state)
			}
		})
		for _, other := range outcomes {
			s.When(other).Refused(order.ErrDecided)
		}
	}
}
