package eventlogtest

import (
	"time"

	"github.com/composable-go/composable/eventlog"
)

func (l *log) bury(id string, n int) {
	l.t.Helper()
	l.lease("n1", minutes(n), minutes(n+1))
	l.check(l.Bury(l.ctx, eventlog.Lease{ID: id, Owner: "n1"}, failed(n, "no such user")))
}

func (l *log) letters() []eventlog.DeadLetter {
	l.t.Helper()
	letters, err := l.DeadLetters(l.ctx, 100)
	l.check(err)
	return letters
}

var deadLetterTests = []test{
	{"kept with payload and reason", func(l *log) {
		w := keyed("w", "k")
		l.add(w)
		l.bury("w", 0)
		w.Attempt, w.Failures = 1, []eventlog.Failure{failed(0, "no such user")}
		l.same(l.letters(), []eventlog.DeadLetter{{Work: w, At: noon}})
		l.leased("n1", 60)
		l.nextDue(time.Time{})
	}},
	{"only with the lease", func(l *log) {
		l.add(item("w", 0))
		l.leased("n1", 0, "w")
		lease := eventlog.Lease{ID: "w", Owner: "n2"}
		l.fails(l.Bury(l.ctx, lease, failed(0, "")), eventlog.ErrLeaseLost)
		lease.Owner = "n1"
		l.check(l.Bury(l.ctx, lease, failed(0, "")))
		l.fails(l.Bury(l.ctx, lease, failed(0, "")), eventlog.ErrLeaseLost)
		l.fails(l.try(done(events("b", 0, 1), "w", "n1")), eventlog.ErrLeaseLost)
		l.check(l.Extend(l.ctx, "n1", minutes(9)))
	}},
	{"newest first", func(l *log) {
		for n, id := range []string{"x", "y", "z"} {
			l.add(item(id, n))
			l.bury(id, n)
		}
		two, err := l.DeadLetters(l.ctx, 2)
		l.check(err)
		l.same([]string{two[0].ID, two[1].ID}, []string{"z", "y"})
	}},
	{"revived", func(l *log) {
		l.add(item("w", 0))
		l.leased("n0", 0, "w")
		l.check(l.Release(l.ctx, eventlog.Lease{ID: "w", Owner: "n0"}, minutes(1), failed(0, "once")))
		l.bury("w", 1)
		l.check(l.Revive(l.ctx, "w", minutes(5)))
		l.fails(l.Revive(l.ctx, "w", minutes(5)), eventlog.ErrNotFound)
		l.same(len(l.letters()), 0)
		l.nextDue(minutes(5))
		work := l.lease("n2", minutes(5), minutes(6))
		l.same(len(work), 1)
		l.same(work[0].Attempt, 1)
		l.same(len(work[0].Failures), 0)
	}},
	{"discarded", func(l *log) {
		l.add(item("w", 0), item("alive", 60))
		l.bury("w", 0)
		l.check(l.Discard(l.ctx, "w"))
		for _, id := range []string{"w", "alive", "\x00"} {
			l.fails(l.Discard(l.ctx, id), eventlog.ErrNotFound)
			l.fails(l.Revive(l.ctx, id, noon), eventlog.ErrNotFound)
		}
		l.same(len(l.letters()), 0)
	}},
	{"replaced by work of its id", func(l *log) {
		l.add(item("w", 0))
		l.bury("w", 0)
		l.add(item("w", 5))
		l.same(len(l.letters()), 0)
		l.leased("n1", 5, "w")
	}},
	{"not cancelled with its key", func(l *log) {
		l.add(keyed("w", "k"))
		l.bury("w", 0)
		l.must(eventlog.Append{Stream: stream("a"), Cancel: []string{"k"}, Work: []eventlog.Work{keyed("w2", "k")}})
		l.same(len(l.letters()), 1)
		l.check(l.Revive(l.ctx, "w", minutes(1)))
		l.leased("n1", 1, "w2", "w")
	}},
}
