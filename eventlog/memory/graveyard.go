package memory

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/composable-go/composable/eventlog"
	"github.com/composable-go/composable/eventlog/internal/decide"
)

type letter struct {
	eventlog.DeadLetter
	number int64
}

// Bury implements [eventlog.Queue].
func (l *Log) Bury(ctx context.Context, lease eventlog.Lease, at time.Time, reason string) error {
	return l.leased(ctx, lease, func(it *item) {
		l.remove(it.ID)
		w := it.Work
		w.Owner, w.LeasedUntil = "", time.Time{}
		l.dead[w.ID] = &letter{eventlog.DeadLetter{Work: w, Reason: decide.Text(reason), At: decide.Time(at)}, it.number}
	})
}

// DeadLetters implements [eventlog.Graveyard].
func (l *Log) DeadLetters(ctx context.Context, limit int) (letters []eventlog.DeadLetter, err error) {
	err = l.locked(ctx, func() error {
		var all []*letter
		for _, d := range l.dead {
			all = append(all, d)
		}
		slices.SortFunc(all, func(a, b *letter) int {
			return cmp.Or(b.At.Compare(a.At), cmp.Compare(b.number, a.number))
		})
		for _, d := range page(all, 0, limit) {
			letters = append(letters, d.DeadLetter)
		}
		return nil
	})
	return letters, err
}

// Revive implements [eventlog.Graveyard].
func (l *Log) Revive(ctx context.Context, id string, due time.Time) error {
	return l.buried(ctx, id, func(w eventlog.Work) {
		w.Due, w.Attempt, w.LastError = decide.Time(due), 0, ""
		l.insert(w)
	})
}

// Discard implements [eventlog.Graveyard].
func (l *Log) Discard(ctx context.Context, id string) error {
	return l.buried(ctx, id, func(eventlog.Work) {})
}

func (l *Log) buried(ctx context.Context, id string, f func(eventlog.Work)) error {
	return l.locked(ctx, func() error {
		d, ok := l.dead[id]
		if !ok {
			return eventlog.ErrNotFound
		}
		delete(l.dead, id)
		f(d.Work)
		return nil
	})
}
