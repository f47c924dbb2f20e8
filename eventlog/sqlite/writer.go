package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/composable-go/composable/eventlog"
	"github.com/composable-go/composable/migrations"
)

// writer is the one connection that changes the log, and those who wait for it.
type writer struct {
	db       *sql.DB
	conn     *sql.Conn
	prepared *statements
	foreign  *statements   // what appends bring along
	turn     chan struct{} // holds a token while nobody writes
}

func newWriter(ctx context.Context, path string) (*writer, error) {
	db, err := pool(path, 1, common+" synchronous(full) temp_store(memory)")
	if err != nil {
		return nil, err
	}
	if err := migrations.Up(ctx, db, migrations.SQLite); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	conn, err := db.Conn(ctx)
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	w := &writer{db: db, conn: conn, prepared: newStatements(conn), foreign: newStatements(conn), turn: make(chan struct{}, 1)}
	w.turn <- struct{}{}
	return w, nil
}

// transact runs f in a transaction. The context is heard while waiting for the
// turn and the lock, and for the last time before the commit; in between, what
// takes microseconds is not worth a watcher for each statement.
func (w *writer) transact(ctx context.Context, f func(tx) error) error {
	if err := w.wait(ctx); err != nil {
		return err
	}
	defer w.Unlock()
	err := ctx.Err()
	if err == nil {
		_, err = w.conn.ExecContext(ctx, "BEGIN IMMEDIATE")
	}
	if err == nil {
		err = f(tx{w.prepared})
	}
	if err == nil {
		err = ctx.Err()
	}
	if err == nil {
		err = tx{w.prepared}.exec("COMMIT")
	}
	if err != nil {
		// Fails when there is no transaction any more, which is as good.
		_ = tx{w.prepared}.exec("ROLLBACK")
	}
	return err
}

// maxForeign bounds how many statements of applications stay prepared.
const maxForeign = 500

// run runs the statements of appends in the transaction.
func (w *writer) run(all []eventlog.Statement) error {
	if w.foreign.len() > maxForeign {
		if err := w.foreign.close(); err != nil {
			return err
		}
		w.foreign = newStatements(w.conn)
	}
	for _, s := range all {
		if err := (tx{w.foreign}).exec(s.SQL, s.Args...); err != nil {
			return fmt.Errorf("%w: %w", eventlog.ErrStatement, err)
		}
	}
	return nil
}

func (w *writer) wait(ctx context.Context) error {
	select {
	case <-w.turn:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Lock waits for the turn.
func (w *writer) Lock() { <-w.turn }

// Unlock ends it.
func (w *writer) Unlock() { w.turn <- struct{}{} }

func (w *writer) close() error {
	scrubbed := w.scrub()
	w.Lock()
	defer w.Unlock()
	return errors.Join(scrubbed, w.prepared.close(), w.foreign.close(), w.conn.Close(), w.db.Close())
}

// tx runs prepared statements in the writer's transaction.
type tx struct{ prepared *statements }

func (t tx) exec(query string, args ...any) error {
	_, err := t.count(query, args...)
	return err
}

// count returns how many rows were changed.
func (t tx) count(query string, args ...any) (int, error) {
	s, err := t.prepared.get(context.Background(), query)
	if err != nil {
		return 0, err
	}
	result, err := s.Exec(args...)
	if err != nil {
		return 0, err
	}
	n, err := result.RowsAffected()
	return int(n), err
}

// find scans the first row into dest; found is false when there is none.
func (t tx) find(query string, args []any, dest ...any) (found bool, err error) {
	s, err := t.prepared.get(context.Background(), query)
	if err != nil {
		return false, err
	}
	err = s.QueryRow(args...).Scan(dest...)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	return err == nil, err
}
