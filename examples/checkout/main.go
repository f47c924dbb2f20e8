// Command checkout is a shop whose orders go through stock and payment, and back when
// one of them fails: an order, a stock and a payment that know nothing of each other,
// and a saga that leads them.
//
//	go run ./examples/checkout
//	json='Content-Type: application/json'
//	curl -H "$json" -d '{"product":"tea","quantity":2,"payment_method":"tok_ok"}' localhost:8080/api/orders
//	curl localhost:8080/api/orders
//	curl localhost:8080/api/products/tea
//
// The built-in gateway knows tok_ok, tok_declined, and tok_timeout, which is approved
// after 20 seconds; by then, after 10, the order is cancelled, and the money goes back:
//
//	curl localhost:8080/api/orders/ID/payment
package main

import (
	"context"
	"time"

	"github.com/go-chi/chi/v5"

	"github.com/composable-go/composable/app"
	"github.com/composable-go/composable/examples/checkout/checkout"
	"github.com/composable-go/composable/examples/checkout/inventory"
	"github.com/composable-go/composable/examples/checkout/order"
	"github.com/composable-go/composable/examples/checkout/payment"
	"github.com/composable-go/composable/examples/checkout/stream"
	"github.com/composable-go/composable/saga"
	"github.com/composable-go/composable/store"
)

func main() {
	a := app.New(app.FromEnv("DATABASE_URL=sqlite:data/checkout.db"))
	wire(a, checkout.Reducer{PaymentTimeout: 10 * time.Second}, payment.NewFake(20*time.Second))
	a.Run()
}

// Shop is the stores of a shop, and the saga over them.
type Shop struct {
	Orders    *store.Store[order.Order, order.Action]
	Inventory *store.Store[inventory.Product, inventory.Action]
	Payments  *store.Store[payment.Payment, payment.Action]
	Checkouts *store.Store[checkout.Checkout, checkout.Action]
	Saga      *saga.Saga
}

// Register adds the stores and effects to a runtime.
func Register(rt *store.Runtime, policy checkout.Reducer, gateway payment.Gateway) Shop {
	payment.Handle(rt, gateway)
	checkouts := store.New(rt, stream.Checkout, policy)
	return Shop{
		Orders:    store.New(rt, stream.Order, order.Reducer{}),
		Inventory: store.New(rt, stream.Inventory, inventory.Reducer{}),
		Payments:  store.New(rt, stream.Payment, payment.Reducer{}),
		Checkouts: checkouts,
		Saga:      checkout.Saga(checkouts),
	}
}

func wire(a *app.App, policy checkout.Reducer, gateway payment.Gateway) {
	shop := Register(a.Runtime, policy, gateway)
	a.Saga(shop.Saga)
	a.Project(orders())
	a.OnStart(shop.stockUp)
	a.Routes(func(r chi.Router) { shop.routes(r, a.DB(), a.Wait) })
}

// stockUp fills the shelf, once however often the program is started.
func (s Shop) stockUp(ctx context.Context) error {
	ctx = store.WithOrigin(ctx, store.Origin{CommandID: "first delivery"})
	_, err := s.Inventory.Send(ctx, "tea", inventory.Receive{ID: "tea", Quantity: 10, PriceCents: 450})
	return err
}
