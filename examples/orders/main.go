// Command orders is a small order service: three commands over HTTP and
// WebSocket, each order a stream of its own.
//
//	go run ./examples/orders
//	curl -d '{"customer_id":"c1","items":[{"product_id":"p1","name":"Tea","quantity":2,"unit_price_cents":450}]}' \
//	  -H 'Content-Type: application/json' localhost:8080/api/v1/orders
package main

import (
	"context"

	"github.com/go-chi/chi/v5"

	"github.com/composable-go/composable/app"
	"github.com/composable-go/composable/examples/orders/order"
	"github.com/composable-go/composable/store"
	"github.com/composable-go/composable/ws"
)

func main() {
	a := app.New(app.FromEnv("DATABASE_URL=sqlite:data/orders.db"))
	wire(a)
	a.Run()
}

func wire(a *app.App) {
	orders := store.New(a.Runtime, "order", order.Reducer{})
	a.Routes(func(r chi.Router) { routes(r, orders) })
	a.Realtime("/api/v1/ws",
		ws.Expose(orders,
			ws.Commands(order.Place{}, order.Cancel{}, order.Ship{}),
			ws.View(func(e ws.Recorded[order.Action]) []ws.Message {
				return []ws.Message{{Topic: "order:" + e.Key, Action: e.Action}}
			})),
		ws.Grant("order", func(context.Context, store.Actor, string) (bool, error) { return true, nil }),
	)
}
