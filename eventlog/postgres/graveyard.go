package postgres

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/composable-go/composable/eventlog"
	"github.com/composable-go/composable/eventlog/internal/decide"
	"github.com/composable-go/composable/eventlog/internal/micros"
)

// Bury implements [eventlog.Queue].
func (l *Log) Bury(ctx context.Context, lease eventlog.Lease, at time.Time, reason string) error {
	return l.wrap("bury", l.one(ctx, eventlog.ErrLeaseLost, []string{lease.ID, lease.Owner},
		"UPDATE eventlog_work SET owner = '', leased_until = 0, buried_at = $3, reason = $4 WHERE "+held,
		lease.ID, lease.Owner, micros.From(at), decide.Text(reason)))
}

// DeadLetters implements [eventlog.Graveyard].
func (l *Log) DeadLetters(ctx context.Context, limit int) ([]eventlog.DeadLetter, error) {
	letters, err := collect(ctx, l, scanLetter, "SELECT "+workColumns+
		", reason, buried_at FROM eventlog_work WHERE buried_at <> 0 ORDER BY buried_at DESC, seq DESC LIMIT $1", max(limit, 0))
	return letters, l.wrap("dead letters", err)
}

func scanLetter(row pgx.CollectableRow) (eventlog.DeadLetter, error) {
	var reason string
	var at int64
	d, err := scanItem(row, &reason, &at)
	d.Reason, d.At = reason, micros.Time(at)
	return d, err
}

// Revive implements [eventlog.Graveyard].
func (l *Log) Revive(ctx context.Context, id string, due time.Time) error {
	return l.wrap("revive", l.one(ctx, eventlog.ErrNotFound, []string{id},
		"UPDATE eventlog_work SET buried_at = 0, reason = '', last_error = '', attempt = 0, due = $2 WHERE id = $1 AND buried_at <> 0",
		id, micros.From(due)))
}

// Discard implements [eventlog.Graveyard].
func (l *Log) Discard(ctx context.Context, id string) error {
	return l.wrap("discard", l.one(ctx, eventlog.ErrNotFound, []string{id},
		"DELETE FROM eventlog_work WHERE id = $1 AND buried_at <> 0", id))
}
