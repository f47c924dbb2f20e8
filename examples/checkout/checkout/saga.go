package checkout

import (
	"github.com/composable-go/composable/examples/checkout/inventory"
	"github.com/composable-go/composable/examples/checkout/order"
	"github.com/composable-go/composable/examples/checkout/payment"
	"github.com/composable-go/composable/examples/checkout/stream"
	"github.com/composable-go/composable/saga"
	"github.com/composable-go/composable/store"
)

// Saga says what the events of the others mean to a checkout.
func Saga(checkouts *store.Store[Checkout, Action]) *saga.Saga {
	return saga.New("checkout", checkouts,
		saga.On(stream.Order, func(_ saga.Event, o order.Placed) (string, Action) {
			return o.ID, OrderPlaced{OrderID: o.ID, Product: o.Product, Quantity: o.Quantity, PaymentMethod: o.PaymentMethod}
		}),
		saga.On(stream.Inventory, func(_ saga.Event, r inventory.Reserved) (string, Action) {
			return r.OrderID, StockReserved{r.AmountCents}
		}),
		saga.On(stream.Payment, func(e saga.Event, _ payment.Captured) (string, Action) {
			return e.Key, PaymentCaptured{}
		}),
		saga.On(stream.Payment, func(e saga.Event, d payment.Declined) (string, Action) {
			return e.Key, PaymentDeclined{d.Code}
		}),
	)
}
