package postgres

import (
	"context"
	"slices"

	"github.com/jackc/pgx/v5"

	"github.com/composable-go/composable/eventlog"
	"github.com/composable-go/composable/eventlog/internal/decide"
	"github.com/composable-go/composable/eventlog/internal/micros"
)

const eventColumns = "position, store, stream, version, name, data, at, actor, correlation_id, causation_id, trace_parent"

// ReadAll implements [eventlog.Log].
func (l *Log) ReadAll(ctx context.Context, after int64, limit int) ([]eventlog.Event, error) {
	events, err := l.events(ctx,
		"SELECT "+eventColumns+" FROM eventlog_events WHERE position > $1 ORDER BY position LIMIT $2", after, max(limit, 0))
	return events, l.wrap("read all", err)
}

// ReadStream implements [eventlog.Log].
func (l *Log) ReadStream(ctx context.Context, id eventlog.StreamID, after int64, limit int) ([]eventlog.Event, error) {
	if !decide.Name(id.Store, id.Key) {
		return nil, nil
	}
	events, err := l.events(ctx,
		"SELECT "+eventColumns+" FROM eventlog_events WHERE store = $1 AND stream = $2 AND version > $3 ORDER BY version LIMIT $4",
		id.Store, id.Key, after, max(limit, 0))
	return events, l.wrap("read stream", err)
}

func (l *Log) events(ctx context.Context, query string, args ...any) ([]eventlog.Event, error) {
	rows, err := l.pool.Query(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	return scanEvents(rows)
}

// scanEvents reads events into their place, as there are many.
func scanEvents(rows pgx.Rows) (events []eventlog.Event, err error) {
	defer rows.Close()
	var at int64
	for rows.Next() {
		if len(events) == cap(events) {
			events = slices.Grow(events, max(16, len(events)))
		}
		events = events[:len(events)+1]
		e := &events[len(events)-1]
		if err := rows.Scan(&e.Position, &e.Stream.Store, &e.Stream.Key, &e.Version, &e.Name, &e.Data,
			&at, &e.Meta.Actor, &e.Meta.CorrelationID, &e.Meta.CausationID, &e.Meta.TraceParent); err != nil {
			return nil, err
		}
		e.Meta.At = micros.Time(at)
	}
	return events, rows.Err()
}

func collect[T any](ctx context.Context, l *Log, scan pgx.RowToFunc[T], query string, args ...any) ([]T, error) {
	rows, err := l.pool.Query(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	return pgx.AppendRows([]T(nil), rows, scan)
}
