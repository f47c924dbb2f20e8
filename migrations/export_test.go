package migrations

import (
	"context"
	"database/sql"
)

// UpTo stops at a version, so that a test can fill an old schema.
func UpTo(ctx context.Context, db *sql.DB, dialect Dialect, version int64) error {
	provider, err := newProvider(db, dialect)
	if err != nil {
		return err
	}
	_, err = provider.UpTo(ctx, version)
	return err
}
