package sqlite

import (
	"context"
	"database/sql"

	"github.com/composable-go/composable/eventlog"
	"github.com/composable-go/composable/eventlog/internal/micros"
)

const eventColumns = "position, store, stream, version, name, data, at, actor, correlation_id, causation_id, trace_parent"

// ReadAll implements [eventlog.Log].
func (l *Log) ReadAll(ctx context.Context, after int64, limit int) ([]eventlog.Event, error) {
	events, err := collect(ctx, l.prepared, scanEvent,
		"SELECT "+eventColumns+" FROM eventlog_events WHERE position > ? ORDER BY position LIMIT ?", after, max(limit, 0))
	return events, l.wrap("read all", err)
}

// ReadStream implements [eventlog.Log].
func (l *Log) ReadStream(ctx context.Context, id eventlog.StreamID, after int64, limit int) ([]eventlog.Event, error) {
	events, err := collect(ctx, l.prepared, scanEvent,
		"SELECT "+eventColumns+" FROM eventlog_events WHERE store = ? AND stream = ? AND version > ? ORDER BY version LIMIT ?",
		id.Store, id.Key, after, max(limit, 0))
	return events, l.wrap("read stream", err)
}

func scanEvent(rows *sql.Rows) (e eventlog.Event, err error) {
	var at int64
	err = rows.Scan(&e.Position, &e.Stream.Store, &e.Stream.Key, &e.Version, &e.Name, &e.Data,
		&at, &e.Meta.Actor, &e.Meta.CorrelationID, &e.Meta.CausationID, &e.Meta.TraceParent)
	e.Meta.At = micros.Time(at)
	return e, err
}
