package sqlite

import (
	"context"
	"database/sql"
	"time"

	"github.com/composable-go/composable/eventlog"
	"github.com/composable-go/composable/eventlog/internal/decide"
	"github.com/composable-go/composable/eventlog/internal/micros"
)

const workColumns = "id, store, stream, key, kind, payload, due, at, actor, correlation_id, causation_id, trace_parent, attempt, last_error, owner, leased_until"

// Lease implements [eventlog.Queue].
func (l *Log) Lease(ctx context.Context, owner string, now, until time.Time, limit int) (work []eventlog.Work, err error) {
	if owner == "" || !decide.Name(owner) {
		return nil, eventlog.ErrInvalid
	}
	err = l.writer.transact(ctx, func(t tx) error {
		work, err = collect(ctx, t.prepared, scanWork, "SELECT "+workColumns+
			" FROM eventlog_work WHERE buried_at = 0 AND due <= ?1 AND leased_until <= ?1 ORDER BY due, seq LIMIT ?2",
			micros.From(now), max(limit, 0))
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
func (l *Log) Release(ctx context.Context, lease eventlog.Lease, due time.Time, reason string) error {
	return l.wrap("release", l.one(ctx, eventlog.ErrLeaseLost,
		"UPDATE eventlog_work SET owner = '', leased_until = 0, due = ?, last_error = ? WHERE "+held,
		micros.From(due), decide.Text(reason), lease.ID, lease.Owner))
}

// held selects the item of a lease; a buried one has no owner.
const held = "id = ? AND owner = ? AND owner <> ''"

// NextDue implements [eventlog.Queue].
func (l *Log) NextDue(ctx context.Context) (time.Time, error) {
	due, err := collect(ctx, l.prepared, scanInt,
		"SELECT max(due, leased_until) FROM eventlog_work WHERE buried_at = 0 ORDER BY max(due, leased_until) LIMIT 1")
	if err != nil || len(due) == 0 {
		return time.Time{}, l.wrap("next due", err)
	}
	return micros.Time(due[0]), nil
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
	w := &d.Work
	dest := []any{
		&w.ID, &w.Stream.Store, &w.Stream.Key, &w.Key, &w.Kind, &w.Payload, &due,
		&at, &w.Meta.Actor, &w.Meta.CorrelationID, &w.Meta.CausationID, &w.Meta.TraceParent,
		&w.Attempt, &w.LastError, &w.Owner, &until,
	}
	err = rows.Scan(append(dest, more...)...)
	w.Due, w.Meta.At, w.LeasedUntil = micros.Time(due), micros.Time(at), micros.Time(until)
	return d, err
}
