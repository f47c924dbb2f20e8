package memory

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/composable-go/composable/eventlog"
	"github.com/composable-go/composable/eventlog/internal/decide"
)

type item struct {
	eventlog.Work
	number int64
}

// fail takes the lease away and remembers why.
func (it *item) fail(f eventlog.Failure) {
	it.Owner, it.LeasedUntil = "", time.Time{}
	it.Failures = slices.Clip(append(it.Failures, decide.Failure(f))) // readers may append to theirs
}

func (it *item) key() decide.WorkKey { return decide.WorkKey{Stream: it.Stream, Key: it.Key} }

func (it *item) lane() lane { return lane{it.Stream, it.Lane} }

func (it *item) ready() time.Time {
	if it.LeasedUntil.After(it.Due) {
		return it.LeasedUntil
	}
	return it.Due
}

func (l *Log) insert(w eventlog.Work) {
	l.inserted++
	it := &item{Work: w, number: l.inserted}
	l.work[w.ID] = it
	if w.Key == "" {
		return
	}
	if l.keyed[it.key()] == nil {
		l.keyed[it.key()] = map[string]*item{}
	}
	l.keyed[it.key()][w.ID] = it
}

func (l *Log) remove(id string) {
	it, ok := l.work[id]
	if !ok {
		return
	}
	delete(l.work, id)
	delete(l.keyed[it.key()], id)
	if len(l.keyed[it.key()]) == 0 {
		delete(l.keyed, it.key())
	}
}

// Lease implements [eventlog.Queue].
func (l *Log) Lease(ctx context.Context, owner string, now, until time.Time, limit int, kinds eventlog.Kinds) (work []eventlog.Work, err error) {
	if owner == "" {
		return nil, eventlog.ErrInvalid
	}
	now, until = decide.Time(now), decide.Time(until)
	err = l.locked(ctx, func() error {
		ready := slices.DeleteFunc(l.open(kinds), func(it *item) bool { return it.ready().After(now) })
		slices.SortFunc(ready, func(a, b *item) int {
			return cmp.Or(a.Due.Compare(b.Due), cmp.Compare(a.number, b.number))
		})
		for _, it := range page(ready, 0, limit) {
			it.Owner, it.LeasedUntil = owner, until
			it.Attempt++
			work = append(work, it.Work)
		}
		return nil
	})
	return work, err
}

// Extend implements [eventlog.Queue].
func (l *Log) Extend(ctx context.Context, owner string, until time.Time) error {
	return l.locked(ctx, func() error {
		for _, it := range l.work {
			if it.Owner != "" && it.Owner == owner {
				it.LeasedUntil = decide.Time(until)
			}
		}
		return nil
	})
}

// Release implements [eventlog.Queue].
func (l *Log) Release(ctx context.Context, lease eventlog.Lease, due time.Time, failure eventlog.Failure) error {
	return l.leased(ctx, lease, func(it *item) {
		it.Due = decide.Time(due)
		if decide.Untried(failure) {
			it.Owner, it.LeasedUntil = "", time.Time{}
			it.Attempt--
			return
		}
		it.fail(failure)
	})
}

// NextDue implements [eventlog.Queue].
func (l *Log) NextDue(ctx context.Context, kinds eventlog.Kinds) (due time.Time, err error) {
	err = l.locked(ctx, func() error {
		for _, it := range l.open(kinds) {
			if ready := it.ready(); due.IsZero() || ready.Before(due) {
				due = ready
			}
		}
		return nil
	})
	return due, err
}

// WorkOf implements [eventlog.History].
func (l *Log) WorkOf(ctx context.Context, id eventlog.StreamID) (waiting []eventlog.Work, dead []eventlog.DeadLetter, err error) {
	err = l.locked(ctx, func() error {
		var items []*item
		for _, it := range l.work {
			if it.Stream == id {
				items = append(items, it)
			}
		}
		slices.SortFunc(items, func(a, b *item) int { return cmp.Compare(a.number, b.number) })
		for _, it := range items {
			waiting = append(waiting, it.Work)
		}
		dead = l.letters(func(d *letter) bool { return d.Stream == id })
		return nil
	})
	return waiting, dead, err
}

type lane struct {
	stream eventlog.StreamID
	name   string
}

// open returns the items of these kinds that nothing in their lane is before.
func (l *Log) open(kinds eventlog.Kinds) (items []*item) {
	first := map[lane]int64{}
	for _, it := range l.work {
		if n, ok := first[it.lane()]; it.Lane != "" && (!ok || it.number < n) {
			first[it.lane()] = it.number
		}
	}
	for _, it := range l.work {
		if it.Lane != "" && it.number > first[it.lane()] ||
			len(kinds.Only) > 0 && !slices.Contains(kinds.Only, it.Kind) || slices.Contains(kinds.Except, it.Kind) {
			continue
		}
		items = append(items, it)
	}
	return items
}

func (l *Log) leased(ctx context.Context, lease eventlog.Lease, f func(*item)) error {
	return l.locked(ctx, func() error {
		it, ok := l.work[lease.ID]
		if !ok || lease.Owner == "" || it.Owner != lease.Owner {
			return eventlog.ErrLeaseLost
		}
		f(it)
		return nil
	})
}
