package projection

import (
	"context"
	"database/sql"
)

// Tx is the transaction that a batch's rows commit in with the checkpoint.
// Statements name the projection's tables in braces, as in [New], and use
// placeholders $1, $2, …. When one fails the event fails, whatever the handler
// makes of it: Postgres has then given up the transaction.
type Tx struct {
	tx     *sql.Tx
	expand func(statement string) string
	used   map[string]*statement
	err    error // of the first statement that failed
}

// statement is prepared when it comes a second time: many batches hold one event.
type statement struct {
	text     string
	prepared *sql.Stmt
}

// Exec runs a statement that returns no rows.
func (t *Tx) Exec(ctx context.Context, query string, args ...any) (sql.Result, error) {
	s, err := t.statement(ctx, query)
	if err != nil {
		return nil, t.noted(err)
	}
	if s.prepared == nil {
		result, err := t.tx.ExecContext(ctx, s.text, args...)
		return result, t.noted(err)
	}
	result, err := s.prepared.ExecContext(ctx, args...)
	return result, t.noted(err)
}

// Query runs a statement that returns rows; the handler closes them before the
// next statement.
func (t *Tx) Query(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	s, err := t.statement(ctx, query)
	if err != nil {
		return nil, t.noted(err)
	}
	if s.prepared == nil {
		rows, err := t.tx.QueryContext(ctx, s.text, args...)
		return rows, t.noted(err)
	}
	rows, err := s.prepared.QueryContext(ctx, args...)
	return rows, t.noted(err)
}

// QueryRow runs a statement that returns at most one row; the errors come with its
// Scan.
func (t *Tx) QueryRow(ctx context.Context, query string, args ...any) *sql.Row {
	s, err := t.statement(ctx, query)
	if err != nil || s.prepared == nil {
		row := t.tx.QueryRowContext(ctx, t.expand(query), args...)
		_ = t.noted(row.Err())
		return row
	}
	row := s.prepared.QueryRowContext(ctx, args...)
	_ = t.noted(row.Err())
	return row
}

func (t *Tx) statement(ctx context.Context, query string) (s *statement, err error) {
	s, known := t.used[query]
	switch {
	case !known:
		s = &statement{text: t.expand(query)}
		t.used[query] = s
	case s.prepared == nil:
		s.prepared, err = t.tx.PrepareContext(ctx, s.text)
	}
	return s, err
}

func (t *Tx) noted(err error) error {
	if t.err == nil {
		t.err = err
	}
	return err
}
