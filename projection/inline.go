package projection

import (
	"context"
	"database/sql"
	"fmt"
	"sync"

	"github.com/composable-go/composable/eventlog"
	"github.com/composable-go/composable/store"
)

// Inline is a read model in SQL tables that change in the transaction of the events
// themselves: it is never behind. It is for small tables, as every action waits for
// it. It is made by [NewInline].
type Inline struct {
	name     string
	tables   []string
	handlers Handlers[*Statements]
}

// Statements gathers what an inline read model does to its tables because of one
// event. The handlers of [NewInline] write to it; they see nothing of the tables,
// and m.Position is 0, as the event has none yet.
type Statements struct{ list []eventlog.Statement }

// Exec adds a statement with $1 placeholders. Arguments are strings, byte slices,
// integers, floats, booleans and nil. A statement that fails when it is run, fails
// the action that recorded the event, with [store.ErrInternal].
func (s *Statements) Exec(query string, args ...any) {
	for i, arg := range args {
		if n, ok := arg.(int); ok {
			args[i] = int64(n)
		}
	}
	s.list = append(s.list, eventlog.Statement{SQL: query, Args: args})
}

// NewInline describes an inline read model. Its name must be unique and never
// change; tables are statements that create what it needs, CREATE … IF NOT EXISTS.
// It panics when two handlers take the same event.
func NewInline(name string, tables []string, handlers ...Handler[*Statements]) *Inline {
	return &Inline{name, tables, NewHandlers(handlers...)}
}

// Register has the runtime ask the read model about every event; it must precede
// the runtime's Start.
func (i *Inline) Register(rt *store.Runtime) { rt.Inline(i.statements) }

func (i *Inline) statements(e eventlog.Event) ([]eventlog.Statement, error) {
	var s Statements
	err := i.handlers.Apply(context.Background(), &s, e)
	return s.list, err
}

const inlines = `CREATE TABLE IF NOT EXISTS projection_inlines (name TEXT PRIMARY KEY)`

// Prepare creates the tables and, the first time, fills them from the log. It comes
// before the runtime's Start; while it fills, no other node may append.
func (i *Inline) Prepare(ctx context.Context, log eventlog.Log, db *sql.DB, lock sync.Locker) error {
	if lock == nil {
		lock = unlocked{}
	}
	lock.Lock()
	defer lock.Unlock()
	if _, err := db.ExecContext(ctx, inlines); err != nil {
		return fmt.Errorf("projection: cannot prepare %s: %w", i.name, err)
	}
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }()
	if err := i.fill(ctx, log, tx); err != nil {
		return fmt.Errorf("projection: cannot fill %s: %w", i.name, err)
	}
	return tx.Commit()
}

func (i *Inline) fill(ctx context.Context, log eventlog.Log, tx *sql.Tx) error {
	result, err := tx.ExecContext(ctx, `INSERT INTO projection_inlines (name) VALUES ($1) ON CONFLICT (name) DO NOTHING`, i.name)
	if err != nil {
		return err
	}
	for _, statement := range i.tables {
		if _, err := tx.ExecContext(ctx, statement); err != nil {
			return err
		}
	}
	if inserted, err := result.RowsAffected(); err != nil || inserted == 0 {
		return err
	}
	for position := int64(0); ; {
		events, err := log.ReadAll(ctx, position, defaultBatch)
		if err != nil || len(events) == 0 {
			return err
		}
		for _, e := range events {
			if err := i.apply(ctx, tx, e); err != nil {
				return err
			}
			position = e.Position
		}
	}
}

func (i *Inline) apply(ctx context.Context, tx *sql.Tx, e eventlog.Event) error {
	statements, err := i.statements(e)
	if err != nil {
		return err
	}
	for _, s := range statements {
		if _, err := tx.ExecContext(ctx, s.SQL, s.Args...); err != nil {
			return err
		}
	}
	return nil
}
