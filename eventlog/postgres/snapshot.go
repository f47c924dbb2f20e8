package postgres

import (
	"context"

	"github.com/composable-go/composable/eventlog"
	"github.com/composable-go/composable/eventlog/internal/decide"
)

// loadQuery reads the snapshot, as an event without a name, and the events after it,
// in one statement and so as of one moment.
const loadQuery = `WITH snapshot AS (
		SELECT position, store, stream, version, '' AS name, data, 0::bigint AS at, '' AS actor, '' AS correlation_id, '' AS causation_id, '' AS trace_parent
		FROM eventlog_snapshots WHERE store = $1 AND stream = $2 AND schema = $3)
	SELECT * FROM snapshot UNION ALL
	(SELECT ` + eventColumns + ` FROM eventlog_events WHERE store = $1 AND stream = $2
		AND version > coalesce((SELECT version FROM snapshot), 0) ORDER BY version LIMIT $4)
	ORDER BY version`

// Load implements [eventlog.Snapshots].
func (l *Log) Load(ctx context.Context, id eventlog.StreamID, schema string, limit int) (s eventlog.Snapshot, ok bool, events []eventlog.Event, err error) {
	if !decide.Name(id.Store, id.Key, schema) {
		return s, false, nil, nil
	}
	events, err = l.events(ctx, loadQuery, id.Store, id.Key, schema, max(limit, 0))
	if err != nil || len(events) == 0 || events[0].Name != "" {
		return s, false, events, l.wrap("load", err)
	}
	first := events[0]
	return eventlog.Snapshot{Stream: id, Version: first.Version, Position: first.Position, Schema: schema, Data: first.Data}, true, events[1:], nil
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
