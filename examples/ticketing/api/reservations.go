package api

import (
	"context"
	"time"

	"github.com/go-chi/chi/v5"

	"github.com/composable-go/composable/examples/ticketing/reservation"
	"github.com/composable-go/composable/store"
	"github.com/composable-go/composable/web"
)

// holdWait is how long a hold may take before the answer is 202.
const holdWait = 2 * time.Second

func (a *API) reservationRoutes(r chi.Router) {
	r.Post("/reservations", web.CommandAndAwait(a.Reservations, toInitiate, decided, holdWait, web.Created(a.heldView)))
	r.Get("/reservations", web.Query(a.Wait, func(r *web.Request) (any, error) {
		p, err := paging(r)
		if err != nil {
			return nil, err
		}
		return a.Model.Reservations(r.Context(), r.Actor().ID, p)
	}))
	r.Get("/reservations/{id}", web.State(a.Reservations, a.ownView))
	r.Post("/reservations/{id}/cancel", web.CommandAndAwait(a.Reservations, toCancel, settled, holdWait, web.OK(a.ownView)))
}

func toInitiate(r *web.Request) (string, reservation.Action, error) {
	var body struct {
		EventID  string   `json:"event_id"`
		Section  string   `json:"section"`
		Quantity int      `json:"quantity"`
		SeatIDs  []string `json:"seat_ids"`
	}
	err := r.JSON(&body)
	id := r.NewID()
	return id, reservation.Initiate{
		ID: id, EventID: body.EventID, Section: body.Section, Quantity: body.Quantity, SeatIDs: body.SeatIDs,
	}, err
}

func toCancel(r *web.Request) (string, reservation.Action, error) {
	var body struct {
		Reason string `json:"reason"`
	}
	if r.ContentLength != 0 {
		if err := r.JSON(&body); err != nil {
			return "", nil, err
		}
	}
	return r.Param("id"), reservation.Cancel{Reason: body.Reason}, nil
}

// decided reports whether quota and inventory have answered.
func decided(s reservation.Reservation) bool { return s.Status != reservation.StatusInitiated }

// settled reports whether a cancelled reservation knows what is refunded.
func settled(s reservation.Reservation) bool {
	return s.Status != reservation.StatusCompleted || s.Returned.Decided
}

// heldView is the answer to who asked for seats: what they got, or why not.
func (a *API) heldView(r *web.Request, s reservation.Reservation) (any, error) {
	if s.Refusal != nil {
		return nil, s.Refusal
	}
	return a.ownView(r, s)
}

// ownView shows a reservation to its customer and admins; for others it does not
// exist.
func (a *API) ownView(r *web.Request, s reservation.Reservation) (any, error) {
	return a.reservation(r.Context(), r.Actor(), s)
}

type reservationView struct {
	ID             string               `json:"id"`
	Status         reservation.Status   `json:"status"`
	Reason         string               `json:"reason,omitempty"`
	Refusal        *store.Refusal       `json:"refusal,omitempty"` // why there are no seats
	EventID        string               `json:"event_id"`
	EventTitle     string               `json:"event_title"`
	Section        string               `json:"section"`
	SeatIDs        []string             `json:"seat_ids"`
	Quantity       int                  `json:"quantity"`
	UnitPriceCents int64                `json:"unit_price_cents"`
	TotalCents     int64                `json:"total_cents"`
	RefundCents    int64                `json:"refund_cents,omitempty"`
	Currency       string               `json:"currency"`
	CreatedAt      time.Time            `json:"created_at"`
	ExpiresAt      time.Time            `json:"expires_at"`
	ServerTime     time.Time            `json:"server_time"`
	AttemptsLeft   int                  `json:"attempts_left"`
	Tickets        []reservation.Ticket `json:"tickets"`
}

func (a *API) reservation(ctx context.Context, actor store.Actor, s reservation.Reservation) (reservationView, error) {
	if !owns(actor, s) {
		return reservationView{}, reservation.ErrNotFound
	}
	e, err := a.Events.State(ctx, s.EventID)
	if err != nil {
		return reservationView{}, err
	}
	return reservationView{
		ID: s.ID, Status: s.Status, Reason: s.Reason, Refusal: s.Refusal,
		EventID: s.EventID, EventTitle: e.State.Title, Section: s.Section,
		SeatIDs: orEmpty(s.SeatIDs), Quantity: s.Quantity, UnitPriceCents: s.UnitPriceCents, TotalCents: s.TotalCents(),
		RefundCents: s.Returned.RefundCents, Currency: s.Currency, CreatedAt: s.CreatedAt, ExpiresAt: s.ExpiresAt,
		ServerTime: serverTime(), AttemptsLeft: s.AttemptsLeft, Tickets: orEmpty(s.Tickets),
	}, nil
}

func owns(actor store.Actor, s reservation.Reservation) bool {
	return s.Status != "" && actor.ID != "" && (actor.ID == s.CustomerID || actor.Has("admin"))
}

// orEmpty makes a list that is null in Go a list that is empty in JSON.
func orEmpty[T any](items []T) []T {
	if items == nil {
		return []T{}
	}
	return items
}
