package eventlogtest

import (
	"slices"

	"github.com/composable-go/composable/eventlog"
)

// fail leases at noon plus n minutes and releases with a failure.
func (l *log) fail(id string, n int, failure eventlog.Failure) {
	l.t.Helper()
	l.leased("n1", n, id)
	l.check(l.Release(l.ctx, eventlog.Lease{ID: id, Owner: "n1"}, minutes(n+1), failure))
}

var failureTests = []test{
	{"all are remembered, from the first to the last", func(l *log) {
		l.add(item("w", 0))
		l.fail("w", 0, failed(0, "no route"))
		l.fail("w", 1, failed(1, "two\nlines, \"quoted\""))
		l.fail("w", 2, failed(2, ""))
		want := []eventlog.Failure{failed(0, "no route"), failed(1, "two\nlines, \"quoted\""), failed(2, "")}
		waiting, _, err := l.WorkOf(l.ctx, stream("a"))
		l.check(err)
		l.same(waiting[0].Failures, want)
		l.bury("w", 3)
		letter := l.letters()[0]
		l.same(letter.Failures, append(want, failed(3, "no such user")))
		l.same(letter.At, minutes(3))
		l.same(letter.Attempt, 4)
	}},
	{"what was not tried does not count", func(l *log) {
		l.add(item("w", 0))
		l.fail("w", 0, eventlog.Failure{})
		l.fail("w", 1, failed(1, "no"))
		l.fail("w", 2, eventlog.Failure{})
		work := l.lease("n2", minutes(3), minutes(4))
		l.same(work[0].Attempt, 2)
		l.same(work[0].Failures, []eventlog.Failure{failed(1, "no")})
	}},
	{"those already read are the reader's", func(l *log) {
		l.add(item("w", 0))
		var want []eventlog.Failure
		for n := range 6 {
			l.fail("w", n, failed(n, "again"))
			want = append(want, failed(n, "again"))
			waiting, _, err := l.WorkOf(l.ctx, stream("a"))
			l.check(err)
			other, _, err := l.WorkOf(l.ctx, stream("a"))
			l.check(err)
			mine := append(waiting[0].Failures, failed(n, "mine"))
			_ = append(other[0].Failures, failed(n, "other"))
			l.same(mine, append(slices.Clone(want), failed(n, "mine")))
		}
	}},
	{"a burial has a time", func(l *log) {
		l.add(item("w", 0))
		l.leased("n1", 0, "w")
		l.fails(l.Bury(l.ctx, eventlog.Lease{ID: "w", Owner: "n1"}, eventlog.Failure{Error: "when?"}), eventlog.ErrInvalid)
		l.finish("n1", "w")
	}},
}

var workOfTests = []test{
	{"waiting in order of insertion, dead letters newest first", func(l *log) {
		other := item("other", 0)
		other.Stream = stream("b")
		l.add(item("d1", 0), item("d2", 0), item("d3", 0), item("late", 9), other, laned("x1", "x", 3), laned("x2", "x", 1))
		l.leased("n1", 0, "d1", "d2", "d3", "other")
		for id, n := range map[string]int{"d2": 0, "d3": 0, "d1": 1} {
			l.check(l.Bury(l.ctx, eventlog.Lease{ID: id, Owner: "n1"}, failed(n, "no")))
		}
		l.leased("n2", 3, "x1")
		waiting, dead, err := l.WorkOf(l.ctx, stream("a"))
		l.check(err)
		l.same(ids(waiting), []string{"late", "x1", "x2"})
		leased := laned("x1", "x", 3)
		leased.Attempt, leased.Owner, leased.LeasedUntil = 1, "n2", minutes(13)
		l.same(waiting[1], leased)
		l.same(dead, l.letters())
		l.same([]string{dead[0].ID, dead[1].ID, dead[2].ID}, []string{"d1", "d3", "d2"})
	}},
	{"the unknown and the illegal have none", func(l *log) {
		l.add(item("w", 0))
		for _, key := range []string{"b", "", "a\x00", "\xff"} {
			waiting, dead, err := l.WorkOf(l.ctx, stream(key))
			l.check(err)
			l.same(len(waiting)+len(dead), 0)
		}
	}},
}
