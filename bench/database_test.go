package bench

import (
	"context"
	"database/sql"
	"fmt"
	"path/filepath"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/composable-go/composable/eventlog"
	"github.com/composable-go/composable/eventlog/memory"
	"github.com/composable-go/composable/internal/pgtest"
)

// database is a log and, where there is one, the way around it.
type database struct {
	name string
	log  eventlog.Backend
	read driver
}

// driver prepares a query that returns that many rows, and returns what runs it, scans
// them and does something with the data of each.
type driver func(b testing.TB, rows int, each func(data []byte) error, query string, args ...any) func(ctx context.Context) error

func nothingElse([]byte) error { return nil }

func databases(b testing.TB) []database {
	path, url := filepath.Join(b.TempDir(), "log.db"), postgresURL(b)
	return []database{
		{"memory", memory.New(), nil},
		{"sqlite", sqliteAt(b, path), readSQLite(path)},
		{"postgres", postgresAt(b, url), readPostgres(url)},
	}
}

func readSQLite(path string) driver {
	return func(b testing.TB, n int, each func([]byte) error, query string, args ...any) func(context.Context) error {
		db, err := sql.Open("sqlite", path)
		if err != nil {
			b.Fatal(err)
		}
		closeAfter(b, db)
		prepared, err := db.PrepareContext(b.Context(), query)
		if err != nil {
			b.Fatal(err)
		}
		return func(ctx context.Context) error {
			rows, err := prepared.QueryContext(ctx, args...)
			if err != nil {
				return err
			}
			defer rows.Close()
			return scan(rows, n, each)
		}
	}
}

// readPostgres prepares with the first query on each connection, as pgx does.
func readPostgres(url string) driver {
	return func(b testing.TB, n int, each func([]byte) error, query string, args ...any) func(context.Context) error {
		pool, err := pgxpool.New(b.Context(), url)
		if err != nil {
			b.Fatal(err)
		}
		b.Cleanup(pool.Close)
		return func(ctx context.Context) error {
			rows, err := pool.Query(ctx, query, args...)
			if err != nil {
				return err
			}
			defer rows.Close()
			return scan(rows, n, each)
		}
	}
}

type cursor interface {
	Next() bool
	Scan(into ...any) error
	Err() error
}

// scan reads n events, or snapshots when there is one.
func scan(r cursor, n int, each func(data []byte) error) error {
	var position, version, at int64
	var store, stream, name, actor, correlation, causation, trace string
	var data []byte
	into := []any{&position, &store, &stream, &version, &name, &data, &at, &actor, &correlation, &causation, &trace}
	if n == 1 {
		into = []any{&version, &position, &data}
	}
	count := 0
	for ; r.Next(); count++ {
		if err := r.Scan(into...); err != nil {
			return err
		}
		if err := each(data); err != nil {
			return err
		}
	}
	if count != n {
		return fmt.Errorf("the driver read %d rows, not %d: %w", count, n, r.Err())
	}
	return r.Err()
}

// postgresURL returns a new database, which keeps what it is told when that is measured.
func postgresURL(b testing.TB) string {
	if _, measured := b.(*testing.B); measured {
		return pgtest.URL(b, pgtest.Durable)
	}
	return pgtest.URL(b)
}
