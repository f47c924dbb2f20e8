package postgres

import (
	"context"

	"github.com/jackc/pgx/v5"

	"github.com/composable-go/composable/eventlog"
	"github.com/composable-go/composable/eventlog/internal/decide"
)

// Load implements [eventlog.Snapshots], in one round trip.
func (l *Log) Load(ctx context.Context, id eventlog.StreamID, schema string, limit int) (s eventlog.Snapshot, ok bool, events []eventlog.Event, err error) {
	if !decide.Name(id.Store, id.Key, schema) {
		return s, false, nil, nil
	}
	b := &pgx.Batch{}
	b.Queue("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
	b.Queue("SELECT version, position, data FROM eventlog_snapshots WHERE store = $1 AND stream = $2 AND schema = $3",
		id.Store, id.Key, schema).Query(each(func(rows pgx.Rows) error {
		s, ok = eventlog.Snapshot{Stream: id, Schema: schema}, true
		return rows.Scan(&s.Version, &s.Position, &s.Data)
	}))
	b.Queue("SELECT "+eventColumns+` FROM eventlog_events WHERE store = $1 AND stream = $2 AND version > coalesce(
		(SELECT version FROM eventlog_snapshots WHERE store = $1 AND stream = $2 AND schema = $3), 0) ORDER BY version LIMIT $4`,
		id.Store, id.Key, schema, max(limit, 0)).Query(func(rows pgx.Rows) (err error) {
		events, err = scanEvents(rows)
		return err
	})
	b.Queue("COMMIT")
	err = l.pool.SendBatch(ctx, b).Close()
	return s, ok, events, l.wrap("load", err)
}

// SaveSnapshot implements [eventlog.Snapshots]. The commit does not wait for the
// disk, as the snapshot could be made again from the events.
func (l *Log) SaveSnapshot(ctx context.Context, s eventlog.Snapshot) error {
	if !decide.Name(s.Stream.Store, s.Stream.Key, s.Schema) {
		return eventlog.ErrInvalid
	}
	_, err := l.models.ExecContext(ctx, `INSERT INTO eventlog_snapshots AS s (store, stream, version, position, schema, data)
		VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (store, stream) DO UPDATE SET
		version = excluded.version, position = excluded.position, schema = excluded.schema, data = excluded.data
		WHERE s.version <= excluded.version`,
		s.Stream.Store, s.Stream.Key, s.Version, s.Position, s.Schema, blob(s.Data))
	return l.wrap("save a snapshot", err)
}
