package postgres

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/composable-go/composable/eventlog"
	"github.com/composable-go/composable/eventlog/internal/decide"
	"github.com/composable-go/composable/eventlog/internal/micros"
)

const workColumns = "id, store, stream, key, kind, payload, due, at, actor, correlation_id, causation_id, trace_parent, attempt, last_error, owner, leased_until"

type item struct {
	eventlog.Work
	seq int64
}

// Lease implements [eventlog.Queue]. Nodes that lease at once do not wait for
// each other: each skips what another is about to take.
func (l *Log) Lease(ctx context.Context, owner string, now, until time.Time, limit int) ([]eventlog.Work, error) {
	if owner == "" || !decide.Name(owner) {
		return nil, eventlog.ErrInvalid
	}
	items, err := collect(ctx, l, scanLeased, `WITH picked AS MATERIALIZED (
			SELECT id FROM eventlog_work WHERE buried_at = 0 AND due <= $1 AND leased_until <= $1
			ORDER BY due, seq LIMIT $2 FOR UPDATE SKIP LOCKED)
		UPDATE eventlog_work SET attempt = attempt + 1, owner = $3, leased_until = $4
		WHERE id = ANY(ARRAY(SELECT id FROM picked))
		RETURNING `+workColumns+", seq",
		micros.From(now), max(limit, 0), owner, micros.From(until))
	if err != nil {
		return nil, l.wrap("lease", err)
	}
	slices.SortFunc(items, func(a, b item) int { return cmp.Or(a.Due.Compare(b.Due), cmp.Compare(a.seq, b.seq)) })
	var work []eventlog.Work
	for _, it := range items {
		work = append(work, it.Work)
	}
	return work, nil
}

// Extend implements [eventlog.Queue].
func (l *Log) Extend(ctx context.Context, owner string, until time.Time) error {
	if owner == "" || !decide.Name(owner) {
		return nil
	}
	_, err := l.pool.Exec(ctx, `UPDATE eventlog_work SET leased_until = $1 WHERE owner = $2 AND id = ANY(ARRAY(
		SELECT id FROM eventlog_work WHERE buried_at = 0 AND owner <> '' AND owner = $2 ORDER BY id FOR UPDATE))`,
		micros.From(until), owner)
	return l.wrap("extend", err)
}

// Release implements [eventlog.Queue].
func (l *Log) Release(ctx context.Context, lease eventlog.Lease, due time.Time, reason string) error {
	return l.wrap("release", l.one(ctx, eventlog.ErrLeaseLost, []string{lease.ID, lease.Owner},
		"UPDATE eventlog_work SET owner = '', leased_until = 0, due = $3, last_error = $4 WHERE "+held,
		lease.ID, lease.Owner, micros.From(due), decide.Text(reason)))
}

// held selects the item of a lease; a buried one has no owner.
const held = "id = $1 AND owner = $2 AND owner <> ''"

// NextDue implements [eventlog.Queue].
func (l *Log) NextDue(ctx context.Context) (time.Time, error) {
	due, err := collect(ctx, l, pgx.RowTo[int64],
		"SELECT greatest(due, leased_until) FROM eventlog_work WHERE buried_at = 0 ORDER BY greatest(due, leased_until) LIMIT 1")
	if err != nil || len(due) == 0 {
		return time.Time{}, l.wrap("next due", err)
	}
	return micros.Time(due[0]), nil
}

// one runs a statement that has to change a row, else the error is none. What
// cannot be a name names no row.
func (l *Log) one(ctx context.Context, none error, names []string, query string, args ...any) error {
	if !decide.Name(names...) {
		return none
	}
	tag, err := l.pool.Exec(ctx, query, args...)
	if err == nil && tag.RowsAffected() == 0 {
		return none
	}
	return err
}

func scanLeased(row pgx.CollectableRow) (item, error) {
	var it item
	d, err := scanItem(row, &it.seq)
	it.Work = d.Work
	return it, err
}

// scanItem scans workColumns, and what the query has after them.
func scanItem(row pgx.CollectableRow, more ...any) (d eventlog.DeadLetter, err error) {
	var due, at, until int64
	w := &d.Work
	dest := []any{
		&w.ID, &w.Stream.Store, &w.Stream.Key, &w.Key, &w.Kind, &w.Payload, &due,
		&at, &w.Meta.Actor, &w.Meta.CorrelationID, &w.Meta.CausationID, &w.Meta.TraceParent,
		&w.Attempt, &w.LastError, &w.Owner, &until,
	}
	err = row.Scan(append(dest, more...)...)
	w.Due, w.Meta.At, w.LeasedUntil = micros.Time(due), micros.Time(at), micros.Time(until)
	return d, err
}
