package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"
	"time"

	"github.com/composable-go/composable/eventlog"
	"github.com/composable-go/composable/eventlog/internal/decide"
	"github.com/composable-go/composable/eventlog/internal/failures"
	"github.com/composable-go/composable/eventlog/internal/micros"
)

const (
	newWorkColumns = "id, store, stream, key, kind, lane, path, payload, due, at, actor, correlation_id, causation_id, trace_parent, attempt, owner, leased_until"
	workColumns    = newWorkColumns + ", failures"

	// open selects what nothing in its lane is before, of the kinds in the JSON
	// arrays ?1 (all, when it is empty) and not in ?2.
	open = `buried_at = 0 AND (?1 = '[]' OR kind IN (SELECT value FROM json_each(?1)))
		AND kind NOT IN (SELECT value FROM json_each(?2))
		AND (lane = '' OR NOT EXISTS (SELECT 1 FROM eventlog_work AS e WHERE e.buried_at = 0 AND e.lane <> ''
			AND e.store = w.store AND e.stream = w.stream AND e.lane = w.lane AND e.seq < w.seq))`
)

// Lease implements [eventlog.Queue].
func (l *Log) Lease(ctx context.Context, owner string, now, until time.Time, limit int, kinds eventlog.Kinds) (work []eventlog.Work, err error) {
	if owner == "" || !decide.Name(owner) {
		return nil, eventlog.ErrInvalid
	}
	err = l.writer.transact(ctx, func(t tx) error {
		work, err = collect(ctx, t.prepared, scanWork, "SELECT "+workColumns+
			" FROM eventlog_work AS w WHERE due <= ?3 AND leased_until <= ?3 AND "+open+" ORDER BY due, seq LIMIT ?4",
			list(kinds.Only), list(kinds.Except), micros.From(now), max(limit, 0))
		if err != nil {
			return err
		}
		for i := range work {
			w := &work[i]
			w.Attempt++
			w.Owner, w.LeasedUntil = owner, decide.Time(until)
			if err := t.exec("UPDATE eventlog_work SET attempt = ?, owner = ?, leased_until = ? WHERE id = ?",
				w.Attempt, w.Owner, micros.From(w.LeasedUntil), w.ID); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, l.wrap("lease", err)
	}
	return work, nil
}

// Extend implements [eventlog.Queue].
func (l *Log) Extend(ctx context.Context, owner string, until time.Time) error {
	return l.wrap("extend", l.writer.transact(ctx, func(t tx) error {
		return t.exec("UPDATE eventlog_work SET leased_until = ? WHERE buried_at = 0 AND owner <> '' AND owner = ?", micros.From(until), owner)
	}))
}

// Release implements [eventlog.Queue].
func (l *Log) Release(ctx context.Context, lease eventlog.Lease, due time.Time, failure eventlog.Failure) error {
	return l.wrap("release", l.one(ctx, eventlog.ErrLeaseLost,
		"UPDATE eventlog_work SET owner = '', leased_until = 0, due = ?, attempt = attempt - ?, failures = failures || ? WHERE "+held,
		micros.From(due), decide.Untried(failure), failures.Line(failure), lease.ID, lease.Owner))
}

// held selects the item of a lease; a buried one has no owner.
const held = "id = ? AND owner = ? AND owner <> ''"

// NextDue implements [eventlog.Queue].
func (l *Log) NextDue(ctx context.Context, kinds eventlog.Kinds) (time.Time, error) {
	due, err := collect(ctx, l.prepared, scanInt,
		"SELECT max(due, leased_until) FROM eventlog_work AS w WHERE "+open+" ORDER BY max(due, leased_until) LIMIT 1",
		list(kinds.Only), list(kinds.Except))
	if err != nil || len(due) == 0 {
		return time.Time{}, l.wrap("next due", err)
	}
	return micros.Time(due[0]), nil
}

// WorkOf implements [eventlog.History].
func (l *Log) WorkOf(ctx context.Context, id eventlog.StreamID) (waiting []eventlog.Work, dead []eventlog.DeadLetter, err error) {
	items, err := collect(ctx, l.prepared, scanLetter, "SELECT "+workColumns+
		", buried_at FROM eventlog_work WHERE store = ? AND stream = ? ORDER BY buried_at DESC, CASE buried_at WHEN 0 THEN seq ELSE -seq END",
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

func (l *Log) voidLeases(ctx context.Context) error {
	return l.writer.transact(ctx, func(t tx) error {
		return t.exec("UPDATE eventlog_work SET owner = '', leased_until = 0 WHERE buried_at = 0 AND owner <> ''")
	})
}

// one runs a statement that has to change a row, else the error is none.
func (l *Log) one(ctx context.Context, none error, query string, args ...any) error {
	return l.writer.transact(ctx, func(t tx) error {
		n, err := t.count(query, args...)
		if err == nil && n == 0 {
			return none
		}
		return err
	})
}

// list returns the names as a JSON array.
func list(names []string) string {
	data, _ := json.Marshal(append([]string{}, names...)) // strings
	return string(data)
}

func scanInt(rows *sql.Rows) (n int64, err error) {
	err = rows.Scan(&n)
	return n, err
}

func scanWork(rows *sql.Rows) (eventlog.Work, error) {
	d, err := scanItem(rows)
	return d.Work, err
}

// scanItem scans workColumns, and more for a dead letter.
func scanItem(rows *sql.Rows, more ...any) (d eventlog.DeadLetter, err error) {
	var due, at, until int64
	var failed string
	w := &d.Work
	dest := []any{
		&w.ID, &w.Stream.Store, &w.Stream.Key, &w.Key, &w.Kind, &w.Lane, &w.Path, &w.Payload, &due,
		&at, &w.Meta.Actor, &w.Meta.CorrelationID, &w.Meta.CausationID, &w.Meta.TraceParent,
		&w.Attempt, &w.Owner, &until, &failed,
	}
	if err := rows.Scan(append(dest, more...)...); err != nil {
		return d, err
	}
	w.Failures, err = failures.Parse(failed)
	w.Due, w.Meta.At, w.LeasedUntil = micros.Time(due), micros.Time(at), micros.Time(until)
	return d, err
}
