package projection

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"

	"github.com/composable-go/composable/eventlog"
)

// sqlSink keeps a read model in tables. Its checkpoint is a row that each
// transaction changes first: that keeps nodes from applying the same events, and
// one that was succeeded from applying any.
type sqlSink struct {
	db       *sql.DB
	lock     sync.Locker
	name     string // of the checkpoint
	schema   schema
	handlers Handlers[*Tx]
	fresh    generation // zero for the tables that readers read
}

const checkpoints = `CREATE TABLE IF NOT EXISTS projection_checkpoints (
	name TEXT PRIMARY KEY, position BIGINT NOT NULL, generation BIGINT NOT NULL DEFAULT 0)`

// Prepare implements [Sink]. The checkpoint's row keeps nodes from creating tables
// at the same time; its own table is tried twice, as another node may be at it.
func (s *sqlSink) Prepare(ctx context.Context) error {
	if s.createCheckpoints(ctx) != nil {
		if err := s.createCheckpoints(ctx); err != nil {
			return err
		}
	}
	return s.transact(ctx, func(tx *Tx) error {
		_, err := tx.Exec(ctx, `INSERT INTO projection_checkpoints (name, position) VALUES ($1, 0) ON CONFLICT (name) DO NOTHING`, s.name)
		if err != nil {
			return err
		}
		_, number, err := s.hold(ctx, tx)
		if err != nil {
			return err
		}
		return s.create(ctx, tx, generation{number: number})
	})
}

func (s *sqlSink) createCheckpoints(ctx context.Context) error {
	s.lock.Lock()
	defer s.lock.Unlock()
	_, err := s.db.ExecContext(ctx, checkpoints)
	return err
}

func (s *sqlSink) create(ctx context.Context, tx *Tx, g generation) error {
	for _, statement := range s.schema.statements {
		if _, err := tx.Exec(ctx, s.schema.expand(statement, g)); err != nil {
			return fmt.Errorf("%w, in %s", err, statement)
		}
	}
	return nil
}

// Position implements [Sink].
func (s *sqlSink) Position(ctx context.Context) (position int64, err error) {
	err = s.db.QueryRowContext(ctx, `SELECT position FROM projection_checkpoints WHERE name = $1`, s.name).Scan(&position)
	return position, err
}

// hold reads the checkpoint and keeps others from changing it until tx ends.
func (s *sqlSink) hold(ctx context.Context, tx *Tx) (position, number int64, err error) {
	err = tx.QueryRow(ctx, `UPDATE projection_checkpoints SET position = position WHERE name = $1 RETURNING position, generation`,
		s.name).Scan(&position, &number)
	return position, number, err
}

// Handles implements [Sink].
func (s *sqlSink) Handles(e eventlog.Event) bool { return s.handlers.Handles(e) }

// Apply implements [Sink].
func (s *sqlSink) Apply(ctx context.Context, b Batch) (position int64, err error) {
	err = s.transact(ctx, func(tx *Tx) error {
		result, err := tx.Exec(ctx, `UPDATE projection_checkpoints SET position = $1 WHERE name = $2 AND position = $3`, b.Through, s.name, b.After)
		if err != nil {
			return err
		}
		if moved, err := result.RowsAffected(); err != nil || moved == 0 {
			position, _, err = s.hold(ctx, tx)
			return err
		}
		position = b.Through
		return s.applyAll(ctx, tx, b.Events)
	})
	return position, err
}

func (s *sqlSink) applyAll(ctx context.Context, tx *Tx, events []eventlog.Event) error {
	for _, e := range events {
		if err := s.handlers.Apply(ctx, tx, e); err != nil {
			return err
		}
		if tx.err != nil {
			return &EventError{Position: e.Position, Err: tx.err}
		}
	}
	return nil
}

// transact runs do in a transaction, which an error of do ends without effect.
func (s *sqlSink) transact(ctx context.Context, do func(tx *Tx) error) error {
	s.lock.Lock()
	defer s.lock.Unlock()
	tx, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	err = do(&Tx{tx: tx, used: map[string]*statement{}, expand: func(statement string) string {
		return s.schema.expand(statement, s.fresh)
	}})
	if err == nil {
		return tx.Commit()
	}
	if rolledBack := tx.Rollback(); rolledBack != nil || transient(err) {
		// What failed is the connection or the server, not the event.
		var event *EventError
		if errors.As(err, &event) {
			err = event.Err
		}
	}
	return err
}

// transient reports whether a database may do later what it did not now. Its
// drivers' errors are known by their methods.
func transient(err error) bool {
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return true
	}
	var postgres interface{ SQLState() string }
	if errors.As(err, &postgres) && len(postgres.SQLState()) == 5 {
		switch postgres.SQLState()[:2] {
		case "08", "40", "53", "55", "57", "58": // connection, rollback, resources, locks, shutdown, system
			return true
		}
	}
	var sqlite interface{ Code() int }
	if errors.As(err, &sqlite) {
		switch sqlite.Code() & 0xff {
		case 5, 6, 7, 10, 13, 14: // busy, locked, out of memory, I/O error, disk full, cannot open
			return true
		}
	}
	return false
}
