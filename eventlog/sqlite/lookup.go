package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/composable-go/composable/eventlog"
	"github.com/composable-go/composable/eventlog/internal/decide"
	"github.com/composable-go/composable/eventlog/internal/micros"
)

const (
	selectCommand = "SELECT fingerprint, version, position FROM eventlog_commands WHERE store = ? AND stream = ? AND id = ?"
	selectClaim   = "SELECT store, stream FROM eventlog_claims WHERE key = ?"

	rowColumns = "kind, key, owner, data, expires, revision"
	live       = "(expires = 0 OR expires > ?)"
)

// Command implements [eventlog.Lookup].
func (l *Log) Command(ctx context.Context, id eventlog.StreamID, commandID, fingerprint string) (o eventlog.Outcome, ok bool, err error) {
	var c decide.Command
	ok, err = l.find(ctx, selectCommand, []any{id.Store, id.Key, commandID}, &c.Fingerprint, &c.Version, &c.Position)
	if !ok {
		return o, false, l.wrap("command", err)
	}
	o = c.Outcome(fingerprint)
	return o, o.Err == nil, o.Err
}

// Journal implements [eventlog.History].
func (l *Log) Journal(ctx context.Context, id eventlog.StreamID, after int64, limit int) ([]eventlog.JournalEntry, error) {
	entries, err := collect(ctx, l.prepared, scanJournal,
		"SELECT version, journal FROM eventlog_events WHERE store = ? AND stream = ? AND version > ? AND journal IS NOT NULL ORDER BY version LIMIT ?",
		id.Store, id.Key, after, max(limit, 0))
	return entries, l.wrap("journal", err)
}

func scanJournal(rows *sql.Rows) (e eventlog.JournalEntry, err error) {
	err = rows.Scan(&e.Version, &e.Data)
	return e, err
}

// ClaimOwner implements [eventlog.Lookup].
func (l *Log) ClaimOwner(ctx context.Context, key string) (owner eventlog.StreamID, err error) {
	_, err = l.find(ctx, selectClaim, []any{key}, &owner.Store, &owner.Key)
	return owner, l.wrap("claim owner", err)
}

// Row implements [eventlog.Lookup].
func (l *Log) Row(ctx context.Context, kind, key string, now time.Time) (row eventlog.Row, ok bool, err error) {
	id := decide.RowKey{Kind: kind, Key: key}
	if row, ok := l.rows.find(id, now); ok && ctx.Err() == nil && !l.closed.Load() {
		return row, true, nil
	}
	place := l.rows.reserve(id)
	defer func() { l.rows.fill(id, place, row) }()
	found, err := collect(ctx, l.prepared, scanRow,
		"SELECT "+rowColumns+" FROM eventlog_rows WHERE kind = ? AND key = ? AND "+live, kind, key, micros.From(now))
	if err != nil || len(found) == 0 {
		return row, false, l.wrap("row", err)
	}
	return found[0], true, nil
}

// RowsOf implements [eventlog.Lookup].
func (l *Log) RowsOf(ctx context.Context, kind, owner string, now time.Time) ([]eventlog.Row, error) {
	rows, err := collect(ctx, l.prepared, scanRow,
		"SELECT "+rowColumns+" FROM eventlog_rows WHERE kind = ? AND owner = ? AND "+live+" ORDER BY key", kind, owner, micros.From(now))
	return rows, l.wrap("rows", err)
}

func scanRow(rows *sql.Rows) (row eventlog.Row, err error) {
	var expires int64
	err = rows.Scan(&row.Kind, &row.Key, &row.Owner, &row.Data, &expires, &row.Revision)
	row.Expires = micros.Time(expires)
	return row, err
}

// Purge implements [eventlog.Lookup].
func (l *Log) Purge(ctx context.Context, now time.Time) (purged int, err error) {
	release := func() {}
	err = l.writer.transact(ctx, func(t tx) error {
		keys, err := collect(ctx, t.prepared, scanRowKey,
			"DELETE FROM eventlog_rows WHERE expires > 0 AND expires <= ? RETURNING kind, key", micros.From(now))
		purged, release = len(keys), l.rows.hold(keys)
		return err
	})
	release()
	return purged, l.wrap("purge", err)
}

func scanRowKey(rows *sql.Rows) (key decide.RowKey, err error) {
	err = rows.Scan(&key.Kind, &key.Key)
	return key, err
}

func (l *Log) find(ctx context.Context, query string, args []any, dest ...any) (bool, error) {
	s, err := l.prepared.get(ctx, query)
	if err != nil {
		return false, err
	}
	err = s.QueryRowContext(ctx, args...).Scan(dest...)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	return err == nil, err
}
