package postgres

import (
	"context"

	"github.com/jackc/pgx/v5"

	"github.com/composable-go/composable/eventlog"
	"github.com/composable-go/composable/eventlog/internal/decide"
	"github.com/composable-go/composable/eventlog/internal/micros"
)

const eventColumns = "position, store, stream, version, name, data, at, actor, correlation_id, causation_id, trace_parent"

// ReadAll implements [eventlog.Log].
func (l *Log) ReadAll(ctx context.Context, after int64, limit int) ([]eventlog.Event, error) {
	events, err := collect(ctx, l, scanEvent,
		"SELECT "+eventColumns+" FROM eventlog_events WHERE position > $1 ORDER BY position LIMIT $2", after, max(limit, 0))
	return events, l.wrap("read all", err)
}

// ReadStream implements [eventlog.Log].
func (l *Log) ReadStream(ctx context.Context, id eventlog.StreamID, after int64, limit int) ([]eventlog.Event, error) {
	if !decide.Name(id.Store, id.Key) {
		return nil, nil
	}
	events, err := collect(ctx, l, scanEvent,
		"SELECT "+eventColumns+" FROM eventlog_events WHERE store = $1 AND stream = $2 AND version > $3 ORDER BY version LIMIT $4",
		id.Store, id.Key, after, max(limit, 0))
	return events, l.wrap("read stream", err)
}

func scanEvent(row pgx.CollectableRow) (e eventlog.Event, err error) {
	var at int64
	err = row.Scan(&e.Position, &e.Stream.Store, &e.Stream.Key, &e.Version, &e.Name, &e.Data,
		&at, &e.Meta.Actor, &e.Meta.CorrelationID, &e.Meta.CausationID, &e.Meta.TraceParent)
	e.Meta.At = micros.Time(at)
	return e, err
}

func collect[T any](ctx context.Context, l *Log, scan pgx.RowToFunc[T], query string, args ...any) ([]T, error) {
	rows, err := l.pool.Query(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	return pgx.AppendRows([]T(nil), rows, scan)
}
