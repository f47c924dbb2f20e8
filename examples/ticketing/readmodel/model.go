package readmodel

import (
	"context"
	"database/sql"

	"github.com/composable-go/composable/projection"
)

// Model answers the queries.
type Model struct{ db *sql.DB }

// New returns the model of a database that [Projections] fill.
func New(db *sql.DB) *Model { return &Model{db} }

// Projections are all read models of the box office.
func Projections() []projection.Projection {
	return []projection.Projection{events(), sections(), reservations(), payments()}
}

// collect reads all rows with scan.
func collect[T any](ctx context.Context, db *sql.DB, scan func(*sql.Rows) (T, error), query string, args ...any) ([]T, error) {
	rows, err := db.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	items := []T{}
	for rows.Next() {
		item, err := scan(rows)
		if err != nil {
			return nil, err
		}
		items = append(items, item)
	}
	return items, rows.Err()
}

// exec runs a statement whose result does not matter.
func exec(ctx context.Context, tx *projection.Tx, query string, args ...any) error {
	_, err := tx.Exec(ctx, query, args...)
	return err
}
