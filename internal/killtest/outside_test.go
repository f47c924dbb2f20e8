package killtest

import (
	"context"
	"database/sql"
	"errors"
	"path/filepath"

	"github.com/composable-go/composable/store"
)

// Cards by what the outside world does with them.
const (
	good   = "good"
	busy   = "busy"   // fails at the first attempt
	stolen = "stolen" // fails for good
)

var (
	errBusy   = errors.New("outside: busy, try again")
	errStolen = errors.New("outside: the card is stolen")
)

// outside is the world that effects act on: it remembers what it was asked, and
// does what it is asked under one key once.
type outside struct{ db *sql.DB }

// openOutside opens the world in a file that all processes share. What is written
// need only survive the processes, not a power cut.
func openOutside(ctx context.Context, dir string) (*outside, error) {
	db, err := sql.Open("sqlite", "file:"+filepath.Join(dir, "outside.db")+
		"?_txlock=immediate&_pragma=busy_timeout(30000)&_pragma=journal_mode(wal)&_pragma=synchronous(off)")
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1)
	_, err = db.ExecContext(ctx, `
		CREATE TABLE IF NOT EXISTS attempts (key TEXT NOT NULL, order_id TEXT NOT NULL);
		CREATE TABLE IF NOT EXISTS applied (key TEXT PRIMARY KEY, order_id TEXT NOT NULL);`)
	return &outside{db}, err
}

func (o *outside) charge(ctx context.Context, c charge, key store.Key) error {
	tx, err := o.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }()
	if _, err := tx.ExecContext(ctx, "INSERT INTO attempts (key, order_id) VALUES (?, ?)", key, c.Order); err != nil {
		return err
	}
	var attempt int
	if err := tx.QueryRowContext(ctx, "SELECT count(*) FROM attempts WHERE key = ?", key).Scan(&attempt); err != nil {
		return err
	}
	switch {
	case c.Card == stolen:
		return errors.Join(tx.Commit(), store.Permanent(errStolen))
	case c.Card == busy && attempt == 1:
		return errors.Join(tx.Commit(), errBusy)
	}
	if _, err := tx.ExecContext(ctx, "INSERT INTO applied (key, order_id) VALUES (?, ?) ON CONFLICT DO NOTHING", key, c.Order); err != nil {
		return err
	}
	return tx.Commit()
}

// account is what the world knows of an order.
type account struct{ Keys, Attempts, Applied int }

func (o *outside) accounts(ctx context.Context) (map[string]account, error) {
	rows, err := o.db.QueryContext(ctx, `
		SELECT order_id, count(DISTINCT key), count(*), (SELECT count(*) FROM applied WHERE applied.order_id = attempts.order_id)
		FROM attempts GROUP BY order_id`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	all := map[string]account{}
	for rows.Next() {
		var id string
		var a account
		if err := rows.Scan(&id, &a.Keys, &a.Attempts, &a.Applied); err != nil {
			return nil, err
		}
		all[id] = a
	}
	return all, rows.Err()
}
