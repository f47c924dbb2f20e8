package api

import (
	"time"

	"github.com/go-chi/chi/v5"

	"github.com/composable-go/composable/examples/ticketing/reservation"
	"github.com/composable-go/composable/store"
	"github.com/composable-go/composable/web"
)

// payWait is how long the bank may take before the answer is 202.
const payWait = 10 * time.Second

func (a *API) paymentRoutes(r chi.Router) {
	r.Post("/payments", web.CommandAndAwait(a.Reservations, toPay, paid, payWait, web.Created(paymentView)))
	r.Get("/payments", web.Query(a.Wait, func(r *web.Request) (any, error) {
		p, err := paging(r)
		if err != nil {
			return nil, err
		}
		return a.Model.Payments(r.Context(), r.Actor().ID, p)
	}))
	r.Get("/payments/{id}", web.Query(a.Wait, func(r *web.Request) (any, error) {
		return a.Model.Payment(r.Context(), r.Actor().ID, r.Param("id"))
	}))
}

func toPay(r *web.Request) (string, reservation.Action, error) {
	var body struct {
		ReservationID string          `json:"reservation_id"`
		Method        reservation.Pay `json:"payment_method"`
	}
	if err := r.JSON(&body); err != nil {
		return "", nil, err
	}
	var v web.Validation
	v.Check(body.ReservationID != "", "reservation_id", "is missing")
	return body.ReservationID, body.Method, v.Err()
}

// paid reports whether the bank and then the inventory have answered.
func paid(s reservation.Reservation) bool {
	return s.Status != reservation.StatusPaymentPending && s.Status != reservation.StatusPaymentCompleted
}

func paymentView(_ *web.Request, s reservation.Reservation) (any, error) {
	latest := s.Latest()
	switch latest.Status {
	case reservation.Declined:
		return nil, store.Refuse(store.PaymentRequired, "payment_declined", "%s", declineMessage(latest.DeclineCode)).
			With("attempts_left", s.AttemptsLeft).With("decline_code", latest.DeclineCode)
	case reservation.Dropped:
		return nil, reservation.ErrExpired
	}
	return map[string]any{
		"id": latest.PaymentID, "reservation_id": s.ID, "status": latest.Status, "method": latest.Method,
		"amount_cents": s.TotalCents(), "currency": s.Currency, "transaction_id": latest.TransactionID,
	}, nil
}

func declineMessage(code string) string {
	if code == "insufficient_funds" {
		return "the card has insufficient funds"
	}
	return "the bank declined the card"
}
