package postgres

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/composable-go/composable/eventlog"
	"github.com/composable-go/composable/eventlog/internal/decide"
	"github.com/composable-go/composable/eventlog/internal/micros"
)

const (
	rowColumns = "kind, key, owner, data, expires, revision"
	live       = "(expires = 0 OR expires > $3)"
)

// Command implements [eventlog.Lookup].
func (l *Log) Command(ctx context.Context, id eventlog.StreamID, commandID, fingerprint string) (o eventlog.Outcome, ok bool, err error) {
	if !decide.Name(id.Store, id.Key, commandID) {
		return o, false, nil
	}
	commands, err := collect(ctx, l, scanCommand,
		"SELECT fingerprint, version, position FROM eventlog_commands WHERE store = $1 AND stream = $2 AND id = $3",
		id.Store, id.Key, commandID)
	if err != nil || len(commands) == 0 {
		return o, false, l.wrap("command", err)
	}
	o = commands[0].Outcome(fingerprint)
	return o, o.Err == nil, o.Err
}

func scanCommand(row pgx.CollectableRow) (c decide.Command, err error) {
	err = row.Scan(&c.Fingerprint, &c.Version, &c.Position)
	return c, err
}

// Journal implements [eventlog.History].
func (l *Log) Journal(ctx context.Context, id eventlog.StreamID, after int64, limit int) ([]eventlog.JournalEntry, error) {
	if !decide.Name(id.Store, id.Key) {
		return nil, nil
	}
	entries, err := collect(ctx, l, pgx.RowToStructByPos[eventlog.JournalEntry],
		"SELECT version, journal FROM eventlog_events WHERE store = $1 AND stream = $2 AND version > $3 AND journal IS NOT NULL ORDER BY version LIMIT $4",
		id.Store, id.Key, after, max(limit, 0))
	return entries, l.wrap("journal", err)
}

// ClaimOwner implements [eventlog.Lookup].
func (l *Log) ClaimOwner(ctx context.Context, key string) (eventlog.StreamID, error) {
	if !decide.Name(key) {
		return eventlog.StreamID{}, nil
	}
	owners, err := collect(ctx, l, pgx.RowToStructByPos[eventlog.StreamID], "SELECT store, stream FROM eventlog_claims WHERE key = $1", key)
	if err != nil || len(owners) == 0 {
		return eventlog.StreamID{}, l.wrap("claim owner", err)
	}
	return owners[0], nil
}

// Row implements [eventlog.Lookup].
func (l *Log) Row(ctx context.Context, kind, key string, now time.Time) (eventlog.Row, bool, error) {
	if !decide.Name(kind, key) {
		return eventlog.Row{}, false, nil
	}
	rows, err := collect(ctx, l, scanRow,
		"SELECT "+rowColumns+" FROM eventlog_rows WHERE kind = $1 AND key = $2 AND "+live, kind, key, micros.From(now))
	if err != nil || len(rows) == 0 {
		return eventlog.Row{}, false, l.wrap("row", err)
	}
	return rows[0], true, nil
}

// RowsOf implements [eventlog.Lookup].
func (l *Log) RowsOf(ctx context.Context, kind, owner string, now time.Time) ([]eventlog.Row, error) {
	if !decide.Name(kind, owner) {
		return nil, nil
	}
	rows, err := collect(ctx, l, scanRow,
		"SELECT "+rowColumns+" FROM eventlog_rows WHERE kind = $1 AND owner = $2 AND "+live+" ORDER BY key", kind, owner, micros.From(now))
	return rows, l.wrap("rows", err)
}

func scanRow(row pgx.CollectableRow) (r eventlog.Row, err error) {
	var expires int64
	err = row.Scan(&r.Kind, &r.Key, &r.Owner, &r.Data, &expires, &r.Revision)
	r.Expires = micros.Time(expires)
	return r, err
}

// Purge implements [eventlog.Lookup].
func (l *Log) Purge(ctx context.Context, now time.Time) (int, error) {
	tag, err := l.pool.Exec(ctx, "DELETE FROM eventlog_rows WHERE expires > 0 AND expires <= $1", micros.From(now))
	return int(tag.RowsAffected()), l.wrap("purge", err)
}
