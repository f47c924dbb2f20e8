package readmodel

import (
	"context"
	"database/sql"
	"encoding/json"
	"time"

	"github.com/composable-go/composable/examples/ticketing/reservation"
	"github.com/composable-go/composable/examples/ticketing/stream"
	"github.com/composable-go/composable/projection"
	"github.com/composable-go/composable/web"
)

func reservations() projection.Projection {
	return projection.New("reservations", []string{
		`CREATE TABLE IF NOT EXISTS {reservations} (
			id TEXT PRIMARY KEY, position BIGINT NOT NULL, customer_id TEXT NOT NULL, event_id TEXT NOT NULL,
			section TEXT NOT NULL, status TEXT NOT NULL, reason TEXT NOT NULL DEFAULT '', quantity BIGINT NOT NULL,
			seat_ids TEXT NOT NULL, unit_price_cents BIGINT NOT NULL DEFAULT 0, currency TEXT NOT NULL DEFAULT '',
			created_at BIGINT NOT NULL, expires_at BIGINT NOT NULL, attempts_left BIGINT NOT NULL)`,
		`CREATE INDEX IF NOT EXISTS {reservations}_by_customer ON {reservations} (customer_id, position)`,
		`CREATE TABLE IF NOT EXISTS {tickets} (
			id TEXT PRIMARY KEY, position BIGINT NOT NULL, place BIGINT NOT NULL, code TEXT NOT NULL, status TEXT NOT NULL,
			seat TEXT NOT NULL, reservation_id TEXT NOT NULL, customer_id TEXT NOT NULL, event_id TEXT NOT NULL, section TEXT NOT NULL)`,
		`CREATE INDEX IF NOT EXISTS {tickets}_by_customer ON {tickets} (customer_id, position)`,
	},
		onReservation(initiated), onReservation(held), onReservation(completed), onReservation(refunded),
		forget(`UPDATE {reservations} SET customer_id = $1 WHERE customer_id = $2`,
			`UPDATE {tickets} SET customer_id = $1 WHERE customer_id = $2`),
		onReservation(func(ctx context.Context, tx *projection.Tx, id string, _ int64, e reservation.Rejected) error {
			return moveTo(ctx, tx, id, reservation.StatusRejected, e.Code)
		}),
		onReservation(func(ctx context.Context, tx *projection.Tx, id string, _ int64, _ reservation.PaymentStarted) error {
			return moveTo(ctx, tx, id, reservation.StatusPaymentPending, "")
		}),
		onReservation(func(ctx context.Context, tx *projection.Tx, id string, _ int64, e reservation.PaymentDeclined) error {
			return exec(ctx, tx, `UPDATE {reservations} SET status = $1, attempts_left = $2 WHERE id = $3`,
				reservation.StatusSeatsHeld, e.AttemptsLeft, id)
		}),
		onReservation(func(ctx context.Context, tx *projection.Tx, id string, _ int64, _ reservation.PaymentCompleted) error {
			return moveTo(ctx, tx, id, reservation.StatusPaymentCompleted, "")
		}),
		onReservation(func(ctx context.Context, tx *projection.Tx, id string, _ int64, _ reservation.Expired) error {
			return moveTo(ctx, tx, id, reservation.StatusExpired, "")
		}),
		onReservation(func(ctx context.Context, tx *projection.Tx, id string, _ int64, e reservation.Cancelled) error {
			return moveTo(ctx, tx, id, reservation.StatusCancelled, e.Reason)
		}),
		onReservation(func(ctx context.Context, tx *projection.Tx, id string, _ int64, e reservation.Compensated) error {
			return moveTo(ctx, tx, id, reservation.StatusCompensated, e.Reason)
		}),
		onReservation(func(ctx context.Context, tx *projection.Tx, id string, _ int64, e reservation.ReturnRequested) error {
			if err := exec(ctx, tx, `UPDATE {tickets} SET status = $1 WHERE reservation_id = $2`, reservation.TicketVoid, id); err != nil {
				return err
			}
			return exec(ctx, tx, `UPDATE {reservations} SET reason = $1 WHERE id = $2`, e.Reason, id)
		}),
		onReservation(func(ctx context.Context, tx *projection.Tx, id string, _ int64, e reservation.RefundDecided) error {
			if e.AmountCents > 0 {
				return nil
			}
			return exec(ctx, tx, `UPDATE {reservations} SET status = $1 WHERE id = $2`, reservation.StatusCancelled, id)
		}),
	)
}

func onReservation[E any](apply func(ctx context.Context, tx *projection.Tx, id string, position int64, e E) error) projection.Handler[*projection.Tx] {
	return projection.On(stream.Reservation, func(ctx context.Context, tx *projection.Tx, m projection.Meta, e E) error {
		return apply(ctx, tx, m.Key, m.Position, e)
	})
}

func initiated(ctx context.Context, tx *projection.Tx, id string, position int64, e reservation.Initiated) error {
	seats, err := json.Marshal(e.SeatIDs)
	if err != nil {
		return err
	}
	return exec(ctx, tx, `INSERT INTO {reservations}
		(id, position, customer_id, event_id, section, status, quantity, seat_ids, created_at, expires_at, attempts_left)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
		id, position, e.CustomerID, e.EventID, e.Section, reservation.StatusInitiated, e.Quantity, string(seats),
		e.At.UnixMilli(), e.ExpiresAt.UnixMilli(), e.Attempts)
}

func held(ctx context.Context, tx *projection.Tx, id string, _ int64, e reservation.SeatsHeld) error {
	seats, err := json.Marshal(e.SeatIDs)
	if err != nil {
		return err
	}
	return exec(ctx, tx, `UPDATE {reservations} SET status = $1, seat_ids = $2, quantity = $3, unit_price_cents = $4, currency = $5 WHERE id = $6`,
		reservation.StatusSeatsHeld, string(seats), e.Quantity, e.UnitPriceCents, e.Currency, id)
}

func moveTo(ctx context.Context, tx *projection.Tx, id string, status reservation.Status, reason string) error {
	return exec(ctx, tx, `UPDATE {reservations} SET status = $1, reason = $2 WHERE id = $3`, status, reason, id)
}

// completed gives the tickets to who has the reservation: nobody, when they were erased
// meanwhile.
func completed(ctx context.Context, tx *projection.Tx, id string, position int64, e reservation.Completed) error {
	for i, t := range e.Tickets {
		err := exec(ctx, tx, `INSERT INTO {tickets} (id, position, place, code, status, seat, reservation_id, customer_id, event_id, section)
			VALUES ($1, $2, $3, $4, $5, $6, $7, (SELECT customer_id FROM {reservations} WHERE id = $7), $8, $9)`,
			t.ID, position, i, t.Code, t.Status, t.Seat, id, e.EventID, e.Section)
		if err != nil {
			return err
		}
	}
	return moveTo(ctx, tx, id, reservation.StatusCompleted, "")
}

func refunded(ctx context.Context, tx *projection.Tx, id string, _ int64, e reservation.Refunded) error {
	status := reservation.StatusPartiallyRefunded
	if e.Full {
		status = reservation.StatusRefunded
	}
	return exec(ctx, tx, `UPDATE {reservations} SET status = $1 WHERE id = $2`, status, id)
}

// Reservation is a purchase as its customer sees it in a list.
type Reservation struct {
	ID             string    `json:"id"`
	Status         string    `json:"status"`
	Reason         string    `json:"reason,omitempty"`
	EventID        string    `json:"event_id"`
	EventTitle     string    `json:"event_title"`
	Section        string    `json:"section"`
	SeatIDs        []string  `json:"seat_ids"`
	Quantity       int64     `json:"quantity"`
	UnitPriceCents int64     `json:"unit_price_cents"`
	TotalCents     int64     `json:"total_cents"`
	Currency       string    `json:"currency"`
	CreatedAt      time.Time `json:"created_at"`
	ExpiresAt      time.Time `json:"expires_at"`
	ServerTime     time.Time `json:"server_time"`
	AttemptsLeft   int       `json:"attempts_left"`

	position int64
}

// Reservations lists a customer's reservations, the newest first.
func (m *Model) Reservations(ctx context.Context, customerID string, p Paging) (Page[Reservation], error) {
	items, err := collect(ctx, m.db, scanReservation, `SELECT r.id, r.status, r.reason, r.event_id, COALESCE(e.title, ''), r.section, r.seat_ids,
			r.quantity, r.unit_price_cents, r.currency, r.created_at, r.expires_at, r.attempts_left, r.position
		FROM reservations r LEFT JOIN events e ON e.id = r.event_id
		WHERE r.customer_id = $1 AND r.position < $2 ORDER BY r.position DESC LIMIT $3`, customerID, p.before(), p.limit()+1)
	return page(items, p, func(r Reservation) int64 { return r.position }), err
}

func scanReservation(rows *sql.Rows) (r Reservation, err error) {
	var seats string
	var created, expires int64
	err = rows.Scan(&r.ID, &r.Status, &r.Reason, &r.EventID, &r.EventTitle, &r.Section, &seats, &r.Quantity, &r.UnitPriceCents,
		&r.Currency, &created, &expires, &r.AttemptsLeft, &r.position)
	if err != nil {
		return r, err
	}
	r.TotalCents = r.UnitPriceCents * r.Quantity
	r.CreatedAt, r.ExpiresAt, r.ServerTime = time.UnixMilli(created).UTC(), time.UnixMilli(expires).UTC(), time.Now().UTC()
	return r, json.Unmarshal([]byte(seats), &r.SeatIDs)
}

// Ticket admits one person.
type Ticket struct {
	ID         string    `json:"id"`
	Code       string    `json:"code"`
	Seat       string    `json:"seat"`
	Status     string    `json:"status"`
	EventID    string    `json:"event_id"`
	EventTitle string    `json:"event_title"`
	Section    string    `json:"section"`
	StartsAt   time.Time `json:"starts_at"`
	Timezone   string    `json:"timezone"`
	Venue      string    `json:"venue"`

	position int64
}

const ticketsJoined = `SELECT t.id, t.code, t.seat, t.status, t.event_id, e.title, t.section, e.starts_at, e.timezone, e.venue, t.position
	FROM tickets t JOIN events e ON e.id = t.event_id`

// Tickets lists a customer's tickets, those of the newest purchase first; pages
// break between purchases only.
func (m *Model) Tickets(ctx context.Context, customerID string, p Paging) (Page[Ticket], error) {
	items, err := collect(ctx, m.db, scanTicket, ticketsJoined+`
		WHERE t.customer_id = $1 AND t.position IN (SELECT DISTINCT position FROM tickets
			WHERE customer_id = $1 AND position < $2 ORDER BY position DESC LIMIT $3)
		ORDER BY t.position DESC, t.place`, customerID, p.before(), p.limit()+1)
	return pageOfGroups(items, p, func(t Ticket) int64 { return t.position }), err
}

// Ticket returns one of a customer's tickets; [web.ErrNotFound] when they have
// none of that id.
func (m *Model) Ticket(ctx context.Context, customerID, id string) (Ticket, error) {
	items, err := collect(ctx, m.db, scanTicket, ticketsJoined+` WHERE t.customer_id = $1 AND t.id = $2`, customerID, id)
	if err == nil && len(items) == 0 {
		err = web.ErrNotFound
	}
	if err != nil {
		return Ticket{}, err
	}
	return items[0], nil
}

func scanTicket(rows *sql.Rows) (t Ticket, err error) {
	var starts int64
	err = rows.Scan(&t.ID, &t.Code, &t.Seat, &t.Status, &t.EventID, &t.EventTitle, &t.Section, &starts, &t.Timezone, &t.Venue, &t.position)
	t.StartsAt = time.UnixMilli(starts).UTC()
	return t, err
}
