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
func (l *Log) Bury(ctx context.Context, lease eventlog.Lease, failure eventlog.Failure) error {
	if failure.At.IsZero() {
		return eventlog.ErrInvalid
	}
	return l.leased(ctx, lease, func(it *item) {
		l.remove(it.ID)
		it.fail(failure)
		l.dead[it.ID] = &letter{eventlog.DeadLetter{Work: it.Work, At: decide.Time(failure.At)}, it.number}
	})
}

// DeadLetters implements [eventlog.Graveyard].
func (l *Log) DeadLetters(ctx context.Context, limit int) (letters []eventlog.DeadLetter, err error) {
	err = l.locked(ctx, func() error {
		letters = page(l.letters(func(*letter) bool { return true }), 0, limit)
		return nil
	})
	return letters, err
}

// letters returns those that are wanted, newest first.
func (l *Log) letters(wanted func(*letter) bool) (letters []eventlog.DeadLetter) {
	var found []*letter
	for _, d := range l.dead {
		if wanted(d) {
			found = append(found, d)
		}
	}
	slices.SortFunc(found, func(a, b *letter) int {
		return cmp.Or(b.At.Compare(a.At), cmp.Compare(b.number, a.number))
	})
	for _, d := range found {
		letters = append(letters, d.DeadLetter)
	}
	return letters
}

// Revive implements [eventlog.Graveyard].
func (l *Log) Revive(ctx context.Context, id string, due time.Time) error {
	return l.buried(ctx, id, func(w eventlog.Work) {
		w.Due, w.Attempt, w.Failures = decide.Time(due), 0, nil
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
