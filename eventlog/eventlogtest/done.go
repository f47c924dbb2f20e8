package eventlogtest

import (
	"sync"
	"sync/atomic"

	"github.com/composable-go/composable/eventlog"
)

func done(a eventlog.Append, id, owner string) eventlog.Append {
	a.Done = eventlog.Lease{ID: id, Owner: owner}
	return a
}

var doneTests = []test{
	{"finishes with the append", func(l *log) {
		l.add(item("w", 0))
		l.leased("n1", 0, "w")
		l.must(done(events("b", 0, 1), "w", "n1"))
		l.leased("n2", 60)
		l.fails(l.try(done(events("b", 1, 1), "w", "n1")), eventlog.ErrLeaseLost)
		l.same(len(l.all()), 1)
	}},
	{"without anything else", func(l *log) {
		l.add(item("w", 0))
		l.leased("n1", 0, "w")
		l.must(done(eventlog.Append{}, "w", "n1"))
		l.leased("n2", 60)
	}},
	{"what failed is not finished", func(l *log) {
		l.add(item("w", 0))
		l.leased("n1", 0, "w")
		l.fails(l.try(done(events("b", 9, 1), "w", "n1")), eventlog.ErrConflict)
		l.leased("n2", 10, "w")
	}},
	{"a lost lease writes nothing", func(l *log) {
		l.add(item("w", 0), item("free", 0))
		l.leased("n1", 0, "w", "free")
		l.leased("n2", 10, "w", "free")
		a := done(command("b", 0, "c"), "w", "n1")
		a.Claims = []eventlog.Claim{{Key: "k"}}
		l.fails(l.try(a), eventlog.ErrLeaseLost)
		l.fails(l.try(done(a, "unknown", "n1")), eventlog.ErrLeaseLost)
		l.same(len(l.all()), 0)
		l.owns("k", eventlog.StreamID{})
		l.check(l.try(done(a, "w", "n2")))
	}},
	{"not leased at all", func(l *log) {
		l.add(item("w", 0))
		l.fails(l.try(done(events("b", 0, 1), "w", "n1")), eventlog.ErrLeaseLost)
		l.fails(l.try(done(events("b", 0, 1), "w", "")), eventlog.ErrLeaseLost)
	}},
	{"run out, but nobody else took it", func(l *log) {
		l.add(item("w", 0))
		l.leased("n1", 0, "w")
		late := done(events("b", 0, 1), "w", "n1")
		late.Meta.At = minutes(60)
		l.must(late)
	}},
	{"once in a batch", func(l *log) {
		l.add(item("w", 0))
		l.leased("n1", 0, "w")
		outcomes := l.append(done(events("b", 0, 1), "w", "n1"), done(events("c", 0, 1), "w", "n1"))
		l.check(outcomes[0].Err)
		l.fails(outcomes[1].Err, eventlog.ErrLeaseLost)
	}},
	{"inserted leased and finished in a batch", func(l *log) {
		w := item("w", 0)
		w.Owner, w.LeasedUntil = "n1", minutes(5)
		insert := events("a", 0, 1)
		insert.Work = []eventlog.Work{w}
		outcomes := l.append(insert, done(events("b", 0, 1), "w", "n1"))
		l.check(outcomes[0].Err)
		l.check(outcomes[1].Err)
		l.leased("n2", 60)
	}},
	{"cancelled by somebody", func(l *log) {
		l.add(keyed("w", "k"))
		l.leased("n1", 0, "w")
		outcomes := l.append(
			eventlog.Append{Stream: stream("a"), Cancel: []string{"k"}},
			done(events("b", 0, 1), "w", "n1"),
		)
		l.check(outcomes[0].Err)
		l.fails(outcomes[1].Err, eventlog.ErrLeaseLost)
	}},
	{"a timer that sets itself again", func(l *log) {
		l.add(keyed("w1", "k"))
		l.leased("n1", 0, "w1")
		again := done(events("a", 0, 1), "w1", "n1")
		again.Cancel, again.Work = []string{"k"}, []eventlog.Work{keyed("w2", "k")}
		l.must(again)
		l.leased("n2", 60, "w2")
	}},
	{"raced with a thief", func(l *log) {
		const rounds = 20
		for round := range rounds {
			l.add(item("w", 0))
			l.leased("n1", 0, "w")
			var finished, stolen atomic.Bool
			var group sync.WaitGroup
			finish := done(events("b", l.version("b"), 1), "w", "n1")
			group.Go(func() { finished.Store(l.append(finish)[0].Err == nil) })
			group.Go(func() { stolen.Store(len(l.lease("n2", minutes(10), minutes(20))) == 1) })
			group.Wait()
			if finished.Load() == stolen.Load() {
				l.t.Fatalf("round %d: finished %t, stolen %t", round, finished.Load(), stolen.Load())
			}
		}
	}},
}

func (l *log) version(key string) int64 {
	l.t.Helper()
	found, err := l.ReadStream(l.ctx, stream(key), 0, 1000)
	l.check(err)
	return int64(len(found))
}
