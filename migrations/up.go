package migrations

import (
	"context"
	"database/sql"
	"embed"
	"fmt"
	"io/fs"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

//go:embed sqlite/*.sql postgres/*.sql
var files embed.FS

// Dialect is a kind of database; it names the folder of its migrations.
type Dialect string

// The dialects.
const (
	SQLite   Dialect = "sqlite"
	Postgres Dialect = "postgres"
)

// lockID is "eventlog" as a number: the advisory lock of nodes that start at once.
const lockID = 0x6576656e746c6f67

// Up applies the migrations that db lacks. On Postgres nodes may race: one
// migrates, the others wait for it, up to a minute. Cancelling ctx stops before
// the next migration; each is one transaction.
func Up(ctx context.Context, db *sql.DB, dialect Dialect) error {
	provider, err := newProvider(db, dialect)
	if err != nil {
		return fmt.Errorf("migrations: %w", err)
	}
	if _, err := provider.Up(ctx); err != nil {
		return fmt.Errorf("migrations: %w", err)
	}
	return nil
}

func newProvider(db *sql.DB, dialect Dialect) (*goose.Provider, error) {
	folder, err := fs.Sub(files, string(dialect))
	if err != nil {
		return nil, err
	}
	options := []goose.ProviderOption{
		goose.WithTableName("eventlog_migrations"),
		goose.WithDisableGlobalRegistry(true),
	}
	switch dialect {
	case SQLite:
		return goose.NewProvider(goose.DialectSQLite3, db, folder, options...)
	case Postgres:
		locker, err := lock.NewPostgresSessionLocker(lock.WithLockID(lockID), lock.WithLockTimeout(1, 60))
		if err != nil {
			return nil, err
		}
		return goose.NewProvider(goose.DialectPostgres, db, folder, append(options, goose.WithSessionLocker(locker))...)
	}
	return nil, fmt.Errorf("dialect %q is unknown, use %q or %q", dialect, SQLite, Postgres)
}
