package main

import (
	"github.com/go-chi/chi/v5"

	"github.com/composable-go/composable/examples/orders/order"
	"github.com/composable-go/composable/store"
	"github.com/composable-go/composable/web"
)

func routes(r chi.Router, orders *store.Store[order.Order, order.Action]) {
	r.Post("/api/v1/orders", web.Command(orders, toPlace, web.Created(placed)))
	r.Get("/api/v1/orders/{id}", web.State(orders, whole))
	r.Post("/api/v1/orders/{id}/cancel", web.Command(orders, toCancel, web.OK(cancelled)))
	r.Post("/api/v1/orders/{id}/ship", web.Command(orders, toShip, web.OK(shipped)))
}

func toPlace(r *web.Request) (string, order.Action, error) {
	var body struct {
		CustomerID string       `json:"customer_id"`
		Items      []order.Item `json:"items"`
	}
	err := r.JSON(&body)
	id := r.NewID()
	return id, order.Place{ID: id, CustomerID: body.CustomerID, Items: body.Items}, err
}

func toCancel(r *web.Request) (string, order.Action, error) {
	var command order.Cancel
	err := r.JSON(&command)
	return r.Param("id"), command, err
}

func toShip(r *web.Request) (string, order.Action, error) {
	var command order.Ship
	err := r.JSON(&command)
	return r.Param("id"), command, err
}

type fields map[string]any

func placed(_ *web.Request, o order.Order) (any, error) {
	return fields{"order_id": o.ID, "status": o.Status, "total_cents": o.TotalCents, "placed_at": o.PlacedAt}, nil
}

func cancelled(_ *web.Request, o order.Order) (any, error) {
	return fields{"order_id": o.ID, "status": o.Status, "reason": o.Reason, "cancelled_at": o.CancelledAt}, nil
}

func shipped(_ *web.Request, o order.Order) (any, error) {
	return fields{"order_id": o.ID, "status": o.Status, "tracking": o.Tracking, "shipped_at": o.ShippedAt}, nil
}

func whole(_ *web.Request, o order.Order) (any, error) {
	all := fields{
		"order_id": o.ID, "customer_id": o.CustomerID, "items": o.Items, "status": o.Status,
		"total_cents": o.TotalCents, "placed_at": o.PlacedAt,
	}
	switch o.Status {
	case order.StatusCancelled:
		all["reason"], all["cancelled_at"] = o.Reason, o.CancelledAt
	case order.StatusShipped:
		all["tracking"], all["shipped_at"] = o.Tracking, o.ShippedAt
	}
	return all, nil
}
