package sqlite

import (
	"context"

	"github.com/composable-go/composable/eventlog"
	"github.com/composable-go/composable/eventlog/internal/decide"
)

// Load implements [eventlog.Snapshots].
func (l *Log) Load(ctx context.Context, id eventlog.StreamID, schema string, limit int) (eventlog.Snapshot, bool, []eventlog.Event, error) {
	s := eventlog.Snapshot{Stream: id, Schema: schema}
	ok, err := l.find(ctx, "SELECT version, position, data FROM eventlog_snapshots WHERE store = ? AND stream = ? AND schema = ?",
		[]any{id.Store, id.Key, schema}, &s.Version, &s.Position, &s.Data)
	if err != nil {
		return eventlog.Snapshot{}, false, nil, l.wrap("load", err)
	}
	events, err := l.ReadStream(ctx, id, s.Version, limit)
	if !ok {
		s = eventlog.Snapshot{}
	}
	return s, ok, events, err
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
