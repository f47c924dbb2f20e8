package sqlite

import (
	"context"
	"database/sql"
	"time"

	"github.com/composable-go/composable/eventlog"
	"github.com/composable-go/composable/eventlog/internal/failures"
	"github.com/composable-go/composable/eventlog/internal/micros"
)

// Bury implements [eventlog.Queue].
func (l *Log) Bury(ctx context.Context, lease eventlog.Lease, failure eventlog.Failure) error {
	if failure.At.IsZero() {
		return eventlog.ErrInvalid
	}
	return l.wrap("bury", l.one(ctx, eventlog.ErrLeaseLost,
		"UPDATE eventlog_work SET owner = '', leased_until = 0, buried_at = ?, failures = failures || ? WHERE "+held,
		micros.From(failure.At), failures.Line(failure), lease.ID, lease.Owner))
}

// DeadLetters implements [eventlog.Graveyard].
func (l *Log) DeadLetters(ctx context.Context, limit int) ([]eventlog.DeadLetter, error) {
	letters, err := collect(ctx, l.prepared, scanLetter, "SELECT "+workColumns+
		", buried_at FROM eventlog_work WHERE buried_at <> 0 ORDER BY buried_at DESC, seq DESC LIMIT ?", max(limit, 0))
	return letters, l.wrap("dead letters", err)
}

func scanLetter(rows *sql.Rows) (eventlog.DeadLetter, error) {
	var at int64
	d, err := scanItem(rows, &at)
	d.At = micros.Time(at)
	return d, err
}

// Revive implements [eventlog.Graveyard]. With the highest seq the item is behind
// all others.
func (l *Log) Revive(ctx context.Context, id string, due time.Time) error {
	return l.wrap("revive", l.one(ctx, eventlog.ErrNotFound,
		`UPDATE eventlog_work SET buried_at = 0, failures = '', attempt = 0, due = ?,
		seq = (SELECT max(seq) + 1 FROM eventlog_work) WHERE id = ? AND buried_at <> 0`,
		micros.From(due), id))
}

// Discard implements [eventlog.Graveyard].
func (l *Log) Discard(ctx context.Context, id string) error {
	return l.wrap("discard", l.one(ctx, eventlog.ErrNotFound, "DELETE FROM eventlog_work WHERE id = ? AND buried_at <> 0", id))
}
