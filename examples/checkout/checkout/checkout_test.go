package checkout_test

import (
	"testing"
	"time"

	"github.com/composable-go/composable/examples/checkout/checkout"
	"github.com/composable-go/composable/examples/checkout/inventory"
	"github.com/composable-go/composable/examples/checkout/order"
	"github.com/composable-go/composable/examples/checkout/payment"
	"github.com/composable-go/composable/store"
	"github.com/composable-go/composable/store/storetest"
)

type story = storetest.Story[checkout.Checkout, checkout.Action]

func given(t *testing.T, events ...checkout.Action) *story {
	t.Helper()
	return storetest.Given(t, checkout.Reducer{PaymentTimeout: time.Minute}, events...)
}

var (
	placed   = checkout.OrderPlaced{OrderID: "o", Product: "tea", Quantity: 2, PaymentMethod: "tok_ok"}
	begun    = checkout.Begun(placed)
	charging = []checkout.Action{begun, checkout.ChargeStarted{AmountCents: 900}}
)

func is(t *testing.T, want checkout.Step) func(checkout.Checkout) {
	t.Helper()
	return func(c checkout.Checkout) {
		t.Helper()
		if c.Step != want {
			t.Errorf("%+v; want %s", c, want)
		}
	}
}

func TestAPaidOrderIsConfirmedAndShipped(t *testing.T) {
	t.Parallel()
	given(t).
		When(placed).
		Then(store.Record(begun),
			store.Dispatch("inventory", "tea", inventory.Reserve{OrderID: "o", Quantity: 2}).OnRefusal(checkout.StockRefused{})).
		State(is(t, checkout.Reserving)).
		When(checkout.StockReserved{AmountCents: 900}).
		Then(store.Record(checkout.ChargeStarted{AmountCents: 900}),
			store.Dispatch("payment", "o", payment.Charge{OrderID: "o", AmountCents: 900, Method: "tok_ok"}),
			store.After("payment_overdue", time.Minute, checkout.PaymentOverdue{})).
		State(is(t, checkout.Charging)).
		When(checkout.PaymentCaptured{}).
		Then(store.Record(checkout.Completed{}),
			store.Cancel("payment_overdue"),
			store.Dispatch("inventory", "tea", inventory.Ship{OrderID: "o"}),
			store.Dispatch("order", "o", order.Confirm{AmountCents: 900})).
		State(is(t, checkout.StepCompleted))
}

func TestWithoutStockTheOrderIsRejected(t *testing.T) {
	t.Parallel()
	given(t, begun).When(checkout.StockRefused{Refusal: store.Refusal{Code: "out_of_stock"}}).
		Then(store.Record(checkout.Rejected{Reason: "out_of_stock"}),
			store.Dispatch("order", "o", order.Reject{Reason: "out_of_stock"})).
		State(is(t, checkout.StepRejected))
}

func compensated(t *testing.T, by checkout.Action, reason string) *story {
	t.Helper()
	return given(t, charging...).When(by).
		Then(store.Record(checkout.Compensated{Reason: reason}),
			store.Cancel("payment_overdue"),
			store.Dispatch("inventory", "tea", inventory.Release{OrderID: "o"}),
			store.Dispatch("order", "o", order.Cancel{Reason: reason})).
		State(is(t, checkout.StepCompensated))
}

func TestADeclinedPaymentIsCompensated(t *testing.T) {
	t.Parallel()
	compensated(t, checkout.PaymentDeclined{Code: "card_declined"}, "card_declined").
		When(checkout.PaymentOverdue{}).Then()
}

func TestALatePaymentGoesBack(t *testing.T) {
	t.Parallel()
	compensated(t, checkout.PaymentOverdue{}, "payment_overdue").
		When(checkout.PaymentCaptured{}).
		Then(store.Record(checkout.Returned{}), store.Dispatch("payment", "o", payment.Refund{})).
		State(is(t, checkout.StepReturned))
	compensated(t, checkout.PaymentOverdue{}, "payment_overdue").
		When(checkout.PaymentDeclined{Code: "card_declined"}).Then()
}

func TestAnEndStaysAnEnd(t *testing.T) {
	t.Parallel()
	for _, end := range []checkout.Action{checkout.Completed{}, checkout.Rejected{}, checkout.Returned{}} {
		s := given(t, append(charging, end)...)
		for _, action := range []checkout.Action{
			placed,
			checkout.StockReserved{AmountCents: 1},
			checkout.StockRefused{},
			checkout.PaymentCaptured{},
			checkout.PaymentDeclined{},
			checkout.PaymentOverdue{},
		} {
			s.When(action).Then()
		}
	}
}
