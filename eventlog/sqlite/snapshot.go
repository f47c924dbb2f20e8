package sqlite

import (
	"context"

	"github.com/composable-go/composable/eventlog"
	"github.com/composable-go/composable/eventlog/internal/decide"
)

// Snapshot implements [eventlog.Snapshots].
func (l *Log) Snapshot(ctx context.Context, id eventlog.StreamID) (eventlog.Snapshot, bool, error) {
	s := eventlog.Snapshot{Stream: id}
	ok, err := l.find(ctx, "SELECT version, position, schema, data FROM eventlog_snapshots WHERE store = ? AND stream = ?",
		[]any{id.Store, id.Key}, &s.Version, &s.Position, &s.Schema, &s.Data)
	if !ok {
		return eventlog.Snapshot{}, false, l.wrap("snapshot", err)
	}
	return s, true, nil
}

// SaveSnapshot implements [eventlog.Snapshots]. It is written like a read model:
// the disk is not waited for, as it could be made again from the events.
func (l *Log) SaveSnapshot(ctx context.Context, s eventlog.Snapshot) error {
	if !decide.Name(s.Stream.Store, s.Stream.Key, s.Schema) {
		return eventlog.ErrInvalid
	}
	if err := l.writer.wait(ctx); err != nil {
		return l.wrap("save a snapshot", err)
	}
	defer l.writer.Unlock()
	_, err := l.models.ExecContext(ctx, `INSERT INTO eventlog_snapshots (store, stream, version, position, schema, data)
		VALUES (?,?,?,?,?,?) ON CONFLICT (store, stream) DO UPDATE SET
		version = excluded.version, position = excluded.position, schema = excluded.schema, data = excluded.data
		WHERE version <= excluded.version`,
		s.Stream.Store, s.Stream.Key, s.Version, s.Position, s.Schema, blob(s.Data))
	return l.wrap("save a snapshot", err)
}
