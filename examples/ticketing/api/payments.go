package api

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/go-chi/chi/v5"

	"github.com/composable-go/composable/examples/ticketing/reservation"
	"github.com/composable-go/composable/store"
	"github.com/composable-go/composable/web"
)

// payWait is how long the bank may take before the answer is 202.
const payWait = 10 * time.Second

func (a *API) paymentRoutes(r chi.Router) {
	r.Post("/payments", web.Handle(a.pay))
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

// pay answers with what becomes of the attempt that the command began: when the
// request is repeated, that one again, whatever was tried since.
func (a *API) pay(w http.ResponseWriter, r *web.Request) error {
	id, action, err := toPay(r)
	if err != nil {
		return err
	}
	receipt, err := a.Reservations.Send(r.Context(), id, action)
	if err != nil {
		return err
	}
	begun, err := a.Reservations.State(r.Context(), id, store.AtVersion(receipt.Version))
	if err != nil {
		return err
	}
	payment := begun.State.Latest().PaymentID
	ctx, cancel := context.WithTimeout(r.Context(), payWait)
	defer cancel()
	now, err := a.Reservations.Await(ctx, id, func(s reservation.Reservation) bool { return settledPayment(s, payment) })
	if err != nil && !errors.Is(err, store.ErrTimeout) {
		return err
	}
	web.SetPosition(w, max(receipt.Position, now.Position))
	return replyPayment(w, now.State, payment)
}

// settledPayment reports whether the bank, and then the inventory, have answered.
func settledPayment(s reservation.Reservation, payment string) bool {
	status := s.Attempt(payment).Status
	return status != reservation.Pending && (status != reservation.Captured || s.Status != reservation.StatusPaymentCompleted)
}

func replyPayment(w http.ResponseWriter, s reservation.Reservation, payment string) error {
	attempt, status := s.Attempt(payment), http.StatusCreated
	switch attempt.Status {
	case reservation.Declined:
		return store.Refuse(reservation.ErrDeclined.Kind, reservation.ErrDeclined.Code, "%s", declineMessage(attempt.DeclineCode)).
			With("attempts_left", s.AttemptsLeft).With("decline_code", attempt.DeclineCode)
	case reservation.Dropped:
		return reservation.ErrExpired
	case reservation.Pending:
		status = http.StatusAccepted
	}
	return web.Reply(w, status, paymentView{
		ID: attempt.PaymentID, ReservationID: s.ID, Status: attempt.Status, Method: attempt.Method,
		AmountCents: s.TotalCents(), Currency: s.Currency, TransactionID: attempt.TransactionID,
	})
}

type paymentView struct {
	ID            string                    `json:"id"`
	ReservationID string                    `json:"reservation_id"`
	Status        reservation.AttemptStatus `json:"status"`
	Method        string                    `json:"method"`
	AmountCents   int64                     `json:"amount_cents"`
	Currency      string                    `json:"currency"`
	TransactionID string                    `json:"transaction_id"`
}

func declineMessage(code string) string {
	if code == "insufficient_funds" {
		return "the card has insufficient funds"
	}
	return reservation.ErrDeclined.Message
}
