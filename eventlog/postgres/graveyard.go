package postgres

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/composable-go/composable/eventlog"
	"github.com/composable-go/composable/eventlog/internal/failures"
	"github.com/composable-go/composable/eventlog/internal/micros"
)

// Bury implements [eventlog.Queue].
func (l *Log) Bury(ctx context.Context, lease eventlog.Lease, failure eventlog.Failure) error {
	if failure.At.IsZero() {
		return eventlog.ErrInvalid
	}
	return l.wrap("bury", l.one(ctx, eventlog.ErrLeaseLost, []string{lease.ID, lease.Owner},
		"UPDATE eventlog_work SET owner = '', leased_until = 0, buried_at = $3, failures = failures || $4 WHERE "+held,
		lease.ID, lease.Owner, micros.From(failure.At), failures.Line(failure)))
}

// DeadLetters implements [eventlog.Graveyard].
func (l *Log) DeadLetters(ctx context.Context, limit int) ([]eventlog.DeadLetter, error) {
	letters, err := collect(ctx, l, scanLetter, "SELECT "+workColumns+
		", buried_at FROM eventlog_work WHERE buried_at <> 0 ORDER BY buried_at DESC, seq DESC LIMIT $1", max(limit, 0))
	return letters, l.wrap("dead letters", err)
}

func scanLetter(row pgx.CollectableRow) (eventlog.DeadLetter, error) {
	var at int64
	d, err := scanItem(row, &at)
	d.At = micros.Time(at)
	return d, err
}

// Revive implements [eventlog.Graveyard]. It takes the head's lock: a seq that
// becomes visible after a higher one would put two items of a lane at its front.
func (l *Log) Revive(ctx context.Context, id string, due time.Time) error {
	return l.wrap("revive", l.one(ctx, eventlog.ErrNotFound, []string{id},
		`WITH head AS MATERIALIZED (SELECT FROM eventlog_head WHERE one FOR UPDATE)
		UPDATE eventlog_work SET buried_at = 0, failures = '', attempt = 0, due = $2, seq = DEFAULT FROM head
		WHERE id = $1 AND buried_at <> 0`,
		id, micros.From(due)))
}

// Discard implements [eventlog.Graveyard].
func (l *Log) Discard(ctx context.Context, id string) error {
	return l.wrap("discard", l.one(ctx, eventlog.ErrNotFound, []string{id},
		"DELETE FROM eventlog_work WHERE id = $1 AND buried_at <> 0", id))
}
