package readmodel

import (
	"context"
	"database/sql"

	"github.com/composable-go/composable/examples/ticketing/payment"
	"github.com/composable-go/composable/examples/ticketing/stream"
	"github.com/composable-go/composable/projection"
	"github.com/composable-go/composable/web"
)

func payments() projection.Projection {
	return projection.New("payments", []string{
		`CREATE TABLE IF NOT EXISTS {payments} (
			id TEXT PRIMARY KEY, position BIGINT NOT NULL, reservation_id TEXT NOT NULL, customer_id TEXT NOT NULL,
			event_id TEXT NOT NULL, status TEXT NOT NULL, method TEXT NOT NULL, amount_cents BIGINT NOT NULL,
			refunded_cents BIGINT NOT NULL DEFAULT 0, currency TEXT NOT NULL, transaction_id TEXT NOT NULL DEFAULT '')`,
		`CREATE INDEX IF NOT EXISTS {payments}_by_customer ON {payments} (customer_id, position)`,
	},
		forget(`UPDATE {payments} SET customer_id = $1 WHERE customer_id = $2`),
		projection.On(stream.Payment, func(ctx context.Context, tx *projection.Tx, m projection.Meta, e payment.Started) error {
			return exec(ctx, tx, `INSERT INTO {payments} (id, position, reservation_id, customer_id, event_id, status, method, amount_cents, currency)
				VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
				m.Key, m.Position, e.ReservationID, e.CustomerID, e.EventID, payment.Pending, e.Method, e.AmountCents, e.Currency)
		}),
		projection.On(stream.Payment, func(ctx context.Context, tx *projection.Tx, m projection.Meta, e payment.Authorized) error {
			return exec(ctx, tx, `UPDATE {payments} SET status = $1, transaction_id = $2 WHERE id = $3`, payment.StatusAuthorized, e.TransactionID, m.Key)
		}),
		paymentStatus[payment.Captured](payment.StatusCaptured),
		paymentStatus[payment.Failed](payment.StatusFailed),
		paymentStatus[payment.Voided](payment.StatusVoided),
		projection.On(stream.Payment, func(ctx context.Context, tx *projection.Tx, m projection.Meta, e payment.Refunded) error {
			return exec(ctx, tx, `UPDATE {payments} SET refunded_cents = refunded_cents + $1,
				status = CASE WHEN refunded_cents + $1 = amount_cents THEN $2 ELSE $3 END WHERE id = $4`,
				e.AmountCents, payment.StatusRefunded, payment.PartiallyRefunded, m.Key)
		}),
	)
}

func paymentStatus[E any](status payment.Status) projection.Handler[*projection.Tx] {
	return projection.On(stream.Payment, func(ctx context.Context, tx *projection.Tx, m projection.Meta, _ E) error {
		return exec(ctx, tx, `UPDATE {payments} SET status = $1 WHERE id = $2`, status, m.Key)
	})
}

// Payment is one charge as its payer sees it.
type Payment struct {
	ID            string `json:"id"`
	ReservationID string `json:"reservation_id"`
	EventID       string `json:"event_id"`
	Status        string `json:"status"`
	Method        string `json:"method"`
	AmountCents   int64  `json:"amount_cents"`
	RefundedCents int64  `json:"refunded_cents"`
	Currency      string `json:"currency"`
	TransactionID string `json:"transaction_id,omitempty"`

	position int64
}

const paymentColumns = `id, reservation_id, event_id, status, method, amount_cents, refunded_cents, currency, transaction_id, position`

func scanPayment(rows *sql.Rows) (p Payment, err error) {
	err = rows.Scan(&p.ID, &p.ReservationID, &p.EventID, &p.Status, &p.Method, &p.AmountCents, &p.RefundedCents,
		&p.Currency, &p.TransactionID, &p.position)
	return p, err
}

// Payments lists a customer's payments, the newest first.
func (m *Model) Payments(ctx context.Context, customerID string, p Paging) (Page[Payment], error) {
	items, err := collect(ctx, m.db, scanPayment, `SELECT `+paymentColumns+` FROM payments
		WHERE customer_id = $1 AND position < $2 ORDER BY position DESC LIMIT $3`, customerID, p.before(), p.limit()+1)
	return page(items, p, func(i Payment) int64 { return i.position }), err
}

// Payment returns one payment of a customer; [web.ErrNotFound] when they have none
// of that id.
func (m *Model) Payment(ctx context.Context, customerID, id string) (Payment, error) {
	items, err := collect(ctx, m.db, scanPayment, `SELECT `+paymentColumns+` FROM payments
		WHERE customer_id = $1 AND id = $2`, customerID, id)
	if err == nil && len(items) == 0 {
		err = web.ErrNotFound
	}
	if err != nil {
		return Payment{}, err
	}
	return items[0], nil
}
