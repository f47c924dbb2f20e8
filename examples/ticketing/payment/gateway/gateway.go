// Package gateway is the built-in test gateway: a bank whose answer is decided by
// the token. It keeps its books in a SQLite file, so that they outlive the process
// and several processes share them; it never sees a card.
//
//	tok_ok            charged
//	tok_declined      declined: card_declined
//	tok_insufficient  declined: insufficient_funds
//	tok_timeout       charged, but the answer does not come in time
//	tok_slow          charged, after three seconds
//	tok_flaky         fails twice, then charged
//	tok_stuck         fails for good, but when an operator retries it: charged
package gateway

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"
	"time"

	_ "modernc.org/sqlite" // the driver

	"github.com/composable-go/composable/examples/ticketing/payment"
	"github.com/composable-go/composable/store"
)

// Gateway implements [payment.Gateway].
type Gateway struct {
	db      *sql.DB
	options Options

	mu    sync.Mutex
	tries map[string]int // of charges that fail at first
}

// Options of the gateway; the zero value works.
type Options struct {
	Slow time.Duration // how long tok_slow takes, default 3 s
}

const tables = `
CREATE TABLE IF NOT EXISTS charges (
	payment_id TEXT PRIMARY KEY, amount_cents BIGINT NOT NULL, currency TEXT NOT NULL,
	status TEXT NOT NULL, code TEXT NOT NULL, transaction_id TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS refunds (
	refund_key TEXT PRIMARY KEY, payment_id TEXT NOT NULL, amount_cents BIGINT NOT NULL, transaction_id TEXT NOT NULL)`

// Open opens the books in a file, which is made when it does not exist; with "" they
// are kept in memory.
func Open(ctx context.Context, path string, o Options) (*Gateway, error) {
	if o.Slow <= 0 {
		o.Slow = 3 * time.Second
	}
	source := "file:" + path + "?_txlock=immediate&_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)"
	if path == "" {
		source = ":memory:"
	}
	db, err := sql.Open("sqlite", source)
	if err != nil {
		return nil, fmt.Errorf("gateway: %w", err)
	}
	db.SetMaxOpenConns(1)
	if _, err := db.ExecContext(ctx, tables); err != nil {
		return nil, errors.Join(fmt.Errorf("gateway: cannot open the books in %q; is its folder there and writable? %w", path, err), db.Close())
	}
	return &Gateway{db: db, options: o, tries: map[string]int{}}, nil
}

// Close closes the books.
func (g *Gateway) Close() error { return g.db.Close() }

var (
	errDown    = errors.New("gateway: 503 service unavailable")
	errAccount = errors.New("gateway: 403 the merchant account is suspended")
)

// Charge implements [payment.Gateway].
func (g *Gateway) Charge(ctx context.Context, c payment.Charge) (payment.Action, error) {
	switch c.Token {
	case "tok_ok":
		return g.book(ctx, c, "charged", "")
	case "tok_insufficient":
		return g.book(ctx, c, "declined", "insufficient_funds")
	case "tok_timeout":
		_, err := g.book(ctx, c, "charged", "")
		<-ctx.Done()
		return nil, errors.Join(err, ctx.Err())
	case "tok_slow":
		select {
		case <-time.After(g.options.Slow):
			return g.book(ctx, c, "charged", "")
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	case "tok_flaky":
		if g.try(c.PaymentID) <= 2 {
			return nil, errDown
		}
		return g.book(ctx, c, "charged", "")
	case "tok_stuck":
		if g.try(c.PaymentID) == 1 {
			return nil, store.Permanent(errAccount)
		}
		return g.book(ctx, c, "charged", "")
	}
	return g.book(ctx, c, "declined", "card_declined")
}

func (g *Gateway) try(paymentID string) int {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.tries[paymentID]++
	return g.tries[paymentID]
}

// book writes down an outcome unless there is one, and returns what stands there.
func (g *Gateway) book(ctx context.Context, c payment.Charge, status, code string) (payment.Action, error) {
	_, err := g.db.ExecContext(ctx, `INSERT INTO charges (payment_id, amount_cents, currency, status, code, transaction_id)
		VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (payment_id) DO NOTHING`,
		c.PaymentID, c.AmountCents, c.Currency, status, code, store.DeriveID("charge/"+c.PaymentID))
	if err != nil {
		return nil, err
	}
	return g.Lookup(ctx, c.PaymentID)
}

// Lookup implements [payment.Gateway].
func (g *Gateway) Lookup(ctx context.Context, paymentID string) (payment.Action, error) {
	var status, code, transaction string
	err := g.db.QueryRowContext(ctx, `SELECT status, code, transaction_id FROM charges WHERE payment_id = $1`, paymentID).
		Scan(&status, &code, &transaction)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	switch status {
	case "charged":
		return payment.Charged{TransactionID: transaction}, nil
	case "declined":
		return payment.Declined{Code: code}, nil
	}
	return payment.Dropped{}, nil
}

// Drop implements [payment.Gateway].
func (g *Gateway) Drop(ctx context.Context, paymentID string) (payment.Action, error) {
	return g.book(ctx, payment.Charge{PaymentID: paymentID}, "dropped", "")
}

// PayBack implements [payment.Gateway].
func (g *Gateway) PayBack(ctx context.Context, key string, p payment.PayBack) (payment.PaidBack, error) {
	transaction := store.DeriveID("refund/" + key)
	_, err := g.db.ExecContext(ctx, `INSERT INTO refunds (refund_key, payment_id, amount_cents, transaction_id)
		VALUES ($1, $2, $3, $4) ON CONFLICT (refund_key) DO NOTHING`, key, p.PaymentID, p.AmountCents, transaction)
	return payment.PaidBack{TransactionID: transaction}, err
}

// Balance is what the bank has taken and given back for one payment.
type Balance struct{ Charged, Refunded int64 }

// Balances returns the books, by payment, of all that was charged.
func (g *Gateway) Balances(ctx context.Context) (map[string]Balance, error) {
	rows, err := g.db.QueryContext(ctx, `SELECT payment_id, amount_cents,
			COALESCE((SELECT SUM(amount_cents) FROM refunds WHERE refunds.payment_id = charges.payment_id), 0)
		FROM charges WHERE status = 'charged'`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	books := map[string]Balance{}
	for rows.Next() {
		var id string
		var b Balance
		if err := rows.Scan(&id, &b.Charged, &b.Refunded); err != nil {
			return nil, err
		}
		books[id] = b
	}
	return books, rows.Err()
}
