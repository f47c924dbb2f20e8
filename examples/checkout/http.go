package main

import (
	"database/sql"
	"time"

	"github.com/go-chi/chi/v5"

	"github.com/composable-go/composable/examples/checkout/inventory"
	"github.com/composable-go/composable/examples/checkout/order"
	"github.com/composable-go/composable/examples/checkout/payment"
	"github.com/composable-go/composable/web"
)

// patience is how long a request waits for its order's outcome; then it answers 202.
const patience = 2 * time.Second

func (s Shop) routes(r chi.Router, db *sql.DB, wait web.Waiter) {
	r.Post("/api/orders", web.CommandAndAwait(s.Orders, toPlace, order.Order.Final, patience, web.Created(viewOrder)))
	r.Get("/api/orders", web.Query(wait, func(r *web.Request) (any, error) { return listOrders(r.Context(), db) }))
	r.Get("/api/orders/{id}", web.State(s.Orders, viewOrder))
	r.Get("/api/orders/{id}/payment", web.State(s.Payments, viewPayment))
	r.Get("/api/products/{id}", web.State(s.Inventory, viewProduct))
	r.Post("/api/products/{id}/receive", web.Command(s.Inventory, toReceive, web.OK(viewProduct)))
}

func toPlace(r *web.Request) (string, order.Action, error) {
	var command order.Place
	err := r.JSON(&command)
	command.ID = r.NewID()
	return command.ID, command, err
}

func toReceive(r *web.Request) (string, inventory.Action, error) {
	var command inventory.Receive
	err := r.JSON(&command)
	command.ID = r.Param("id")
	return command.ID, command, err
}

type orderView struct {
	ID          string       `json:"id"`
	Product     string       `json:"product"`
	Quantity    int64        `json:"quantity"`
	AmountCents int64        `json:"amount_cents,omitempty"`
	Status      order.Status `json:"status"`
	Reason      string       `json:"reason,omitempty"`
}

func viewOrder(_ *web.Request, o order.Order) (any, error) { return orderView(o), nil }

type paymentView struct {
	AmountCents int64          `json:"amount_cents"`
	Status      payment.Status `json:"status"`
	DeclineCode string         `json:"decline_code,omitempty"`
}

func viewPayment(_ *web.Request, p payment.Payment) (any, error) {
	return paymentView{p.AmountCents, p.Status, p.DeclineCode}, nil
}

type productView struct {
	ID         string `json:"id"`
	PriceCents int64  `json:"price_cents"`
	Available  int64  `json:"available"`
	Reserved   int64  `json:"reserved"`
}

func viewProduct(_ *web.Request, p inventory.Product) (any, error) {
	v := productView{ID: p.ID, PriceCents: p.PriceCents, Available: p.Available}
	for _, quantity := range p.Reserved {
		v.Reserved += quantity
	}
	return v, nil
}
