package postgres

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/composable-go/composable/eventlog"
	"github.com/composable-go/composable/eventlog/internal/decide"
	"github.com/composable-go/composable/eventlog/internal/failures"
	"github.com/composable-go/composable/eventlog/internal/micros"
)

const (
	newWorkColumns = "id, store, stream, key, kind, lane, path, payload, due, at, actor, correlation_id, causation_id, trace_parent, attempt, owner, leased_until"
	workColumns    = newWorkColumns + ", failures"

	// open selects what nothing in its lane is before, of the kinds $1 (all, when
	// there are none) and not $2. What another transaction is about to finish is
	// still there for this one, so a lane never opens twice.
	open = `buried_at = 0 AND (cardinality($1::text[]) = 0 OR kind = ANY($1::text[])) AND kind <> ALL($2::text[])
		AND (lane = '' OR NOT EXISTS (SELECT FROM eventlog_work e WHERE e.buried_at = 0 AND e.lane <> ''
			AND e.store = w.store AND e.stream = w.stream AND e.lane = w.lane AND e.seq < w.seq))`
)

type item struct {
	eventlog.Work
	seq int64
}

// Lease implements [eventlog.Queue]. Nodes that lease at once do not wait for
// each other: each skips what another is about to take.
func (l *Log) Lease(ctx context.Context, owner string, now, until time.Time, limit int, kinds eventlog.Kinds) ([]eventlog.Work, error) {
	if owner == "" || !decide.Name(owner) {
		return nil, eventlog.ErrInvalid
	}
	items, err := collect(ctx, l, scanLeased, `WITH picked AS MATERIALIZED (
			SELECT id FROM eventlog_work w WHERE due <= $3 AND leased_until <= $3 AND `+open+`
			ORDER BY due, seq LIMIT $4 FOR UPDATE SKIP LOCKED)
		UPDATE eventlog_work SET attempt = attempt + 1, owner = $5, leased_until = $6
		WHERE id = ANY(ARRAY(SELECT id FROM picked))
		RETURNING `+workColumns+", seq",
		list(kinds.Only), list(kinds.Except), micros.From(now), max(limit, 0), owner, micros.From(until))
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
func (l *Log) Release(ctx context.Context, lease eventlog.Lease, due time.Time, failure eventlog.Failure) error {
	tried := 1
	if decide.Untried(failure) {
		tried = 0
	}
	return l.wrap("release", l.one(ctx, eventlog.ErrLeaseLost, []string{lease.ID, lease.Owner},
		"UPDATE eventlog_work SET owner = '', leased_until = 0, due = $3, attempt = attempt - 1 + $4::int, failures = failures || $5 WHERE "+held,
		lease.ID, lease.Owner, micros.From(due), tried, failures.Line(failure)))
}

// held selects the item of a lease; a buried one has no owner.
const held = "id = $1 AND owner = $2 AND owner <> ''"

// NextDue implements [eventlog.Queue].
func (l *Log) NextDue(ctx context.Context, kinds eventlog.Kinds) (time.Time, error) {
	due, err := collect(ctx, l, pgx.RowTo[int64],
		"SELECT greatest(due, leased_until) FROM eventlog_work w WHERE "+open+" ORDER BY greatest(due, leased_until) LIMIT 1",
		list(kinds.Only), list(kinds.Except))
	if err != nil || len(due) == 0 {
		return time.Time{}, l.wrap("next due", err)
	}
	return micros.Time(due[0]), nil
}

// WorkOf implements [eventlog.History].
func (l *Log) WorkOf(ctx context.Context, id eventlog.StreamID) (waiting []eventlog.Work, dead []eventlog.DeadLetter, err error) {
	if !decide.Name(id.Store, id.Key) {
		return nil, nil, nil
	}
	items, err := collect(ctx, l, scanLetter, "SELECT "+workColumns+
		", buried_at FROM eventlog_work WHERE store = $1 AND stream = $2 ORDER BY buried_at DESC, CASE buried_at WHEN 0 THEN seq ELSE -seq END",
		id.Store, id.Key)
	for _, it := range items {
		if it.At.IsZero() {
			waiting = append(waiting, it.Work)
		} else {
			dead = append(dead, it)
		}
	}
	return waiting, dead, l.wrap("work of", err)
}

// list keeps nil from becoming NULL.
func list(names []string) []string { return append([]string{}, names...) }

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
	var failed string
	w := &d.Work
	dest := []any{
		&w.ID, &w.Stream.Store, &w.Stream.Key, &w.Key, &w.Kind, &w.Lane, &w.Path, &w.Payload, &due,
		&at, &w.Meta.Actor, &w.Meta.CorrelationID, &w.Meta.CausationID, &w.Meta.TraceParent,
		&w.Attempt, &w.Owner, &until, &failed,
	}
	if err := row.Scan(append(dest, more...)...); err != nil {
		return d, err
	}
	w.Failures, err = failures.Parse(failed)
	w.Due, w.Meta.At, w.LeasedUntil = micros.Time(due), micros.Time(at), micros.Time(until)
	return d, err
}
