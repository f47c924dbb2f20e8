package postgres

import (
	"context"

	"github.com/jackc/pgx/v5"

	"github.com/composable-go/composable/eventlog"
	"github.com/composable-go/composable/eventlog/internal/decide"
)

// Snapshot implements [eventlog.Snapshots].
func (l *Log) Snapshot(ctx context.Context, id eventlog.StreamID) (eventlog.Snapshot, bool, error) {
	if !decide.Name(id.Store, id.Key) {
		return eventlog.Snapshot{}, false, nil
	}
	found, err := collect(ctx, l, scanSnapshot,
		"SELECT store, stream, version, position, schema, data FROM eventlog_snapshots WHERE store = $1 AND stream = $2", id.Store, id.Key)
	if err != nil || len(found) == 0 {
		return eventlog.Snapshot{}, false, l.wrap("snapshot", err)
	}
	return found[0], true, nil
}

func scanSnapshot(row pgx.CollectableRow) (s eventlog.Snapshot, err error) {
	err = row.Scan(&s.Stream.Store, &s.Stream.Key, &s.Version, &s.Position, &s.Schema, &s.Data)
	return s, err
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
