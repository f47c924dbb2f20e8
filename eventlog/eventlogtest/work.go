package eventlogtest

import (
	"fmt"
	"sync"
	"time"

	"github.com/composable-go/composable/eventlog"
)

// item returns work that is due n minutes after noon.
func item(id string, n int) eventlog.Work {
	return eventlog.Work{
		ID: id, Stream: stream("a"), Kind: "mail", Payload: []byte(`{"to":"` + id + `"}`), Due: minutes(n),
		Meta: eventlog.Meta{At: noon, Actor: "user/7", CorrelationID: "c", CausationID: "d", TraceParent: "t"},
	}
}

func keyed(id, key string) eventlog.Work {
	w := item(id, 0)
	w.Key = key
	return w
}

// add inserts work without events.
func (l *log) add(items ...eventlog.Work) {
	l.t.Helper()
	l.must(eventlog.Append{Stream: stream("a"), Work: items})
}

// lease may be called from any goroutine.
func (l *log) lease(owner string, now, until time.Time) []eventlog.Work {
	l.t.Helper()
	work, err := l.Lease(l.ctx, owner, now, until, 1000, eventlog.Kinds{})
	if err != nil {
		l.t.Errorf("Lease: %v", err)
	}
	return work
}

// leased leases to owner at noon plus n minutes, for ten minutes, and demands
// these ids in this order.
func (l *log) leased(owner string, n int, want ...string) {
	l.t.Helper()
	l.same(ids(l.lease(owner, minutes(n), minutes(n+10))), want)
}

func (l *log) nextDue(want time.Time) {
	l.t.Helper()
	got, err := l.NextDue(l.ctx, eventlog.Kinds{})
	l.check(err)
	l.same(got, want)
}

// failed returns a failure n minutes after noon.
func failed(n int, text string) eventlog.Failure {
	return eventlog.Failure{At: minutes(n), Error: text}
}

func ids(work []eventlog.Work) []string {
	var found []string
	for _, w := range work {
		found = append(found, w.ID)
	}
	return found
}

var workTests = []test{
	{"comes back as it was", func(l *log) {
		w := keyed("w", "k")
		w.Stream = eventlog.StreamID{}
		w.Attempt, w.Failures = 7, []eventlog.Failure{failed(0, "ignored")}
		l.add(w)
		w.Stream, w.Attempt, w.Failures = stream("a"), 1, nil
		w.Owner, w.LeasedUntil = "n1", minutes(1)
		l.same(l.lease("n1", noon, minutes(1)), []eventlog.Work{w})
	}},
	{"oldest due first, then in order of insertion", func(l *log) {
		l.add(item("c", 2), item("b", 1), item("later", 5))
		l.add(item("d", 2), item("a", 1))
		work, err := l.Lease(l.ctx, "n1", minutes(2), minutes(9), 3, eventlog.Kinds{})
		l.check(err)
		l.same(ids(work), []string{"b", "a", "c"})
		l.leased("n2", 2, "d")
		l.leased("n2", 2)
		l.leased("n2", 5, "later")
	}},
	{"leased to one at a time", func(l *log) {
		l.add(item("w", 0))
		l.leased("n1", 0, "w")
		l.leased("n2", 0)
		l.leased("n1", 9)
		work := l.lease("n2", minutes(10), minutes(20))
		l.same(ids(work), []string{"w"})
		l.same(work[0].Attempt, 2)
		l.fails(l.Release(l.ctx, eventlog.Lease{ID: "w", Owner: "n1"}, noon, failed(0, "no")), eventlog.ErrLeaseLost)
	}},
	{"an owner has a name", func(l *log) {
		l.add(item("w", 0))
		_, err := l.Lease(l.ctx, "", noon, minutes(1), 1, eventlog.Kinds{})
		l.fails(err, eventlog.ErrInvalid)
		l.check(l.Extend(l.ctx, "", minutes(9)))
		l.fails(l.Release(l.ctx, eventlog.Lease{ID: "w"}, noon, failed(0, "no")), eventlog.ErrLeaseLost)
		l.leased("n1", 0, "w")
	}},
	{"extended", func(l *log) {
		l.add(item("w", 0), item("v", 0), item("other", 1))
		l.leased("n1", 0, "w", "v")
		l.leased("n2", 1, "other")
		l.check(l.Extend(l.ctx, "n1", minutes(15)))
		l.leased("n3", 11, "other")
		l.leased("n3", 15, "w", "v")
	}},
	{"released with a reason", func(l *log) {
		l.add(item("w", 0))
		l.leased("n1", 0, "w")
		lease := eventlog.Lease{ID: "w", Owner: "n1"}
		l.check(l.Release(l.ctx, lease, minutes(3), failed(0, "no\x00 \xffroute")))
		l.fails(l.Release(l.ctx, lease, minutes(3), failed(0, "no")), eventlog.ErrLeaseLost)
		l.leased("n2", 2)
		work := l.lease("n2", minutes(3), minutes(4))
		l.same(len(work), 1)
		l.same(work[0].Failures, []eventlog.Failure{failed(0, "no\uFFFD \uFFFDroute")})
		l.same(work[0].Attempt, 2)
		l.same(work[0].Due, minutes(3))
	}},
	{"inserted leased", func(l *log) {
		w := item("w", 0)
		w.Owner, w.LeasedUntil = "n1", minutes(5)
		l.add(w)
		l.leased("n2", 4)
		work := l.lease("n2", minutes(5), minutes(6))
		l.same(len(work), 1)
		l.same(work[0].Attempt, 2)
	}},
	{"a key names one item of its stream", func(l *log) {
		l.add(keyed("w1", "k"))
		other := keyed("o1", "k")
		other.Stream = stream("b")
		l.add(keyed("w2", "k"), keyed("w3", "k2"), other)
		l.leased("n1", 0, "w2", "w3", "o1")
		l.add(keyed("w4", "k"))
		l.fails(l.Release(l.ctx, eventlog.Lease{ID: "w2", Owner: "n1"}, noon, failed(0, "no")), eventlog.ErrLeaseLost)
		l.leased("n1", 0, "w4")
	}},
	{"cancelled", func(l *log) {
		l.add(keyed("w1", "k"), keyed("w2", "k2"), item("w3", 0))
		l.must(eventlog.Append{Stream: stream("b"), Cancel: []string{"k"}})
		l.must(eventlog.Append{
			Stream: stream("a"), Cancel: []string{"k", "none", ""}, Work: []eventlog.Work{keyed("w4", "k")},
		})
		l.leased("n1", 0, "w2", "w3", "w4")
	}},
	{"replaced and cancelled within a batch", func(l *log) {
		l.add(keyed("w0", "k"))
		a := eventlog.Append{Stream: stream("a")}
		first, second, third := a, a, a
		first.Work = []eventlog.Work{keyed("w1", "k"), keyed("w2", "k"), keyed("x", "x")}
		second.Cancel = []string{"k"}
		third.Work = []eventlog.Work{keyed("w1", "k")}
		for _, o := range l.append(first, second, third) {
			l.check(o.Err)
		}
		l.leased("n1", 0, "x", "w1")
	}},
	{"an id that exists is replaced", func(l *log) {
		l.add(item("w", 0))
		l.leased("n1", 0, "w")
		l.add(item("w", 3))
		l.leased("n2", 2)
		work := l.lease("n2", minutes(3), minutes(4))
		l.same(ids(work), []string{"w"})
		l.same(work[0].Attempt, 1)
	}},
	{"next due", func(l *log) {
		l.nextDue(time.Time{})
		l.add(item("w", 5))
		l.nextDue(minutes(5))
		l.add(item("v", 3))
		l.nextDue(minutes(3))
		l.leased("n1", 3, "v")
		l.nextDue(minutes(5))
		l.leased("n1", 5, "w")
		l.nextDue(minutes(13))
		l.check(l.Release(l.ctx, eventlog.Lease{ID: "v", Owner: "n1"}, minutes(20), failed(0, "no")))
		l.nextDue(minutes(15))
	}},
	{"nobody gets what another has", func(l *log) {
		const items, workers = 200, 6
		var work []eventlog.Work
		for i := range items {
			work = append(work, item(fmt.Sprint(i), 0))
		}
		l.add(work...)
		got := make([][]eventlog.Work, workers)
		var group sync.WaitGroup
		for n := range workers {
			group.Go(func() {
				for {
					some, err := l.Lease(l.ctx, fmt.Sprint("n", n), noon, minutes(1), 7, eventlog.Kinds{})
					if err != nil {
						l.t.Error(err)
					}
					if len(some) == 0 {
						return
					}
					got[n] = append(got[n], some...)
				}
			})
		}
		group.Wait()
		seen := map[string]bool{}
		for _, mine := range got {
			for _, w := range mine {
				if seen[w.ID] {
					l.t.Errorf("%s was leased twice", w.ID)
				}
				seen[w.ID] = true
			}
		}
		l.same(len(seen), items)
	}},
}
