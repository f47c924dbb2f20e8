package main

import (
	"context"
	"database/sql"
	"errors"

	"github.com/composable-go/composable/examples/banking/account"
	"github.com/composable-go/composable/examples/banking/stream"
	"github.com/composable-go/composable/projection"
)

// books are the read model: the accounts, and the sum of all movements by kind.
func books() projection.Projection {
	return projection.New("books", []string{
		`CREATE TABLE IF NOT EXISTS {accounts} (id TEXT PRIMARY KEY, position BIGINT NOT NULL, owner TEXT NOT NULL,
			balance_cents BIGINT NOT NULL, status TEXT NOT NULL)`,
		`CREATE TABLE IF NOT EXISTS {movements} (kind TEXT PRIMARY KEY, cents BIGINT NOT NULL)`,
	},
		projection.On(stream.Account, func(ctx context.Context, tx *projection.Tx, m projection.Meta, e account.Opened) error {
			_, err := tx.Exec(ctx, `INSERT INTO {accounts} (id, position, owner, balance_cents, status)
				VALUES ($1, $2, $3, 0, $4)`, m.Key, m.Position, e.Owner, account.StatusOpen)
			return err
		}),
		movement("deposit", +1, func(e account.Deposited) int64 { return e.AmountCents }),
		movement("withdrawal", -1, func(e account.Withdrawn) int64 { return e.AmountCents }),
		movement("debit", -1, func(e account.Debited) int64 { return e.AmountCents }),
		movement("credit", +1, func(e account.Credited) int64 { return e.AmountCents }),
		movement("refund", +1, func(e account.Refunded) int64 { return e.AmountCents }),
		projection.On(stream.Account, func(ctx context.Context, tx *projection.Tx, m projection.Meta, _ account.Closed) error {
			_, err := tx.Exec(ctx, `UPDATE {accounts} SET status = $1 WHERE id = $2`, account.StatusClosed, m.Key)
			return err
		}),
	)
}

// movement books an amount; an account where money moves is open.
func movement[E any](kind string, sign int64, cents func(E) int64) projection.Handler[*projection.Tx] {
	return projection.On(stream.Account, func(ctx context.Context, tx *projection.Tx, m projection.Meta, e E) error {
		_, err := tx.Exec(ctx, `UPDATE {accounts} SET balance_cents = balance_cents + $1, status = $2 WHERE id = $3`,
			sign*cents(e), account.StatusOpen, m.Key)
		_, sumErr := tx.Exec(ctx, `INSERT INTO {movements} (kind, cents) VALUES ($1, $2)
			ON CONFLICT (kind) DO UPDATE SET cents = {movements}.cents + $2`, kind, cents(e))
		return errors.Join(err, sumErr)
	})
}

// maxAccounts is how many accounts are listed, the newest first.
const maxAccounts = 100

func listAccounts(ctx context.Context, db *sql.DB) (any, error) {
	rows, err := db.QueryContext(ctx, `SELECT id, owner, balance_cents, status FROM accounts
		ORDER BY position DESC LIMIT $1`, maxAccounts)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	items := []accountView{}
	for rows.Next() {
		var a accountView
		if err := rows.Scan(&a.ID, &a.Owner, &a.BalanceCents, &a.Status); err != nil {
			return nil, err
		}
		items = append(items, a)
	}
	return map[string]any{"accounts": items}, rows.Err()
}

// audit is the whole bank at one moment. What came from outside and did not go back
// is on the accounts or in flight between them; Missing is anything else.
type audit struct {
	DepositsCents    int64 `json:"deposits_cents"`
	WithdrawalsCents int64 `json:"withdrawals_cents"`
	BalancesCents    int64 `json:"balances_cents"`
	InFlightCents    int64 `json:"in_flight_cents"`
	MissingCents     int64 `json:"missing_cents"`
}

func auditBooks(ctx context.Context, db *sql.DB) (any, error) {
	var a audit
	err := db.QueryRowContext(ctx, `SELECT
		COALESCE(SUM(CASE WHEN kind = 'deposit' THEN cents ELSE 0 END), 0),
		COALESCE(SUM(CASE WHEN kind = 'withdrawal' THEN cents ELSE 0 END), 0),
		COALESCE(SUM(CASE kind WHEN 'debit' THEN cents WHEN 'credit' THEN -cents WHEN 'refund' THEN -cents ELSE 0 END), 0),
		(SELECT COALESCE(SUM(balance_cents), 0) FROM accounts)
		FROM movements`).Scan(&a.DepositsCents, &a.WithdrawalsCents, &a.InFlightCents, &a.BalancesCents)
	a.MissingCents = a.DepositsCents - a.WithdrawalsCents - a.BalancesCents - a.InFlightCents
	return a, err
}
