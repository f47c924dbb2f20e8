package eventlogtest

import (
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/composable-go/composable/eventlog"
)

// laned returns work of a lane that is due n minutes after noon.
func laned(id, lane string, n int) eventlog.Work {
	w := item(id, n)
	w.Lane = lane
	return w
}

// finish ends what owner has leased.
func (l *log) finish(owner string, ids ...string) {
	l.t.Helper()
	for _, id := range ids {
		l.must(done(eventlog.Append{}, id, owner))
	}
}

var laneTests = []test{
	{"one after the other", func(l *log) {
		other := laned("o1", "x", 0)
		other.Stream = stream("b")
		l.add(laned("x1", "x", 0), laned("x2", "x", 0), item("free", 0), laned("y1", "y", 0), other, laned("x3", "x", 0))
		l.leased("n1", 0, "x1", "free", "y1", "o1")
		l.leased("n2", 1)
		l.finish("n1", "x1")
		l.leased("n2", 1, "x2")
		l.finish("n2", "x2")
		l.leased("n3", 1, "x3")
	}},
	{"as they were added, not as they are due", func(l *log) {
		l.add(laned("x1", "x", 5), laned("x2", "x", 0))
		l.leased("n1", 4)
		l.nextDue(minutes(5))
		l.leased("n1", 5, "x1")
		l.nextDue(minutes(15))
		l.finish("n1", "x1")
		l.nextDue(noon)
		l.leased("n1", 5, "x2")
	}},
	{"a retry holds the others back", func(l *log) {
		l.add(laned("x1", "x", 0), laned("x2", "x", 0))
		l.leased("n1", 0, "x1")
		l.check(l.Release(l.ctx, eventlog.Lease{ID: "x1", Owner: "n1"}, minutes(5), failed(0, "no")))
		l.leased("n1", 4)
		l.nextDue(minutes(5))
		l.leased("n2", 5, "x1")
	}},
	{"a lease that ran out holds the others back", func(l *log) {
		l.add(laned("x1", "x", 0), laned("x2", "x", 0))
		l.leased("n1", 0, "x1")
		l.leased("n2", 10, "x1")
	}},
	{"burying frees the lane, reviving goes to its end", func(l *log) {
		l.add(laned("x1", "x", 0), laned("x2", "x", 0))
		l.bury("x1", 0)
		l.leased("n1", 0, "x2")
		l.check(l.Revive(l.ctx, "x1", noon))
		l.add(laned("x3", "x", 0))
		l.leased("n1", 1)
		l.finish("n1", "x2")
		for _, id := range []string{"x1", "x3"} {
			l.leased("n1", 1, id)
			l.finish("n1", id)
		}
	}},
	{"cancelling and replacing free the lane", func(l *log) {
		first, again := laned("x1", "x", 0), laned("x3", "x", 0)
		first.Key, again.Key = "k", "k"
		l.add(first, laned("x2", "x", 0))
		l.leased("n1", 0, "x1")
		l.add(again)
		l.leased("n1", 1, "x2")
		l.finish("n1", "x2")
		l.leased("n1", 1, "x3")
		l.add(laned("x4", "x", 0))
		l.must(eventlog.Append{Stream: stream("a"), Cancel: []string{"k"}})
		l.leased("n1", 1, "x4")
	}},
	{"nothing of it comes leased", func(l *log) {
		w := laned("x1", "x", 0)
		w.Owner, w.LeasedUntil = "n1", minutes(5)
		l.add(w)
		work := l.lease("n2", noon, minutes(1))
		l.same(ids(work), []string{"x1"})
		l.same(work[0].Attempt, 1)
	}},
	{"raced", func(l *log) {
		const lanes, each, workers = 3, 15, 4
		var race race
		for n := range each {
			for lane := range lanes {
				l.add(laned(fmt.Sprint(lane, "/", n), fmt.Sprint(lane), 0))
			}
		}
		var group sync.WaitGroup
		for n := range workers {
			group.Go(func() {
				owner := fmt.Sprint("n", n)
				for race.finished.Load() < lanes*each && !l.t.Failed() {
					race.carryOut(l, owner, l.lease(owner, noon, minutes(1)))
				}
			})
		}
		group.Wait()
		for lane, n := range race.next {
			l.same([]any{lane, n}, []any{lane, each})
		}
	}},
}

// race is what several workers do with lanes whose items are called lane/0,
// lane/1, …
type race struct {
	mu       sync.Mutex
	next     map[string]int
	busy     map[string]string
	finished atomic.Int32
}

func (r *race) carryOut(l *log, owner string, work []eventlog.Work) {
	for _, w := range work {
		r.begin(l, w)
	}
	for _, w := range work {
		r.end(w)
		if err := l.try(done(eventlog.Append{}, w.ID, owner)); err != nil {
			l.t.Errorf("%s: %v", w.ID, err)
		}
		r.finished.Add(1)
	}
}

func (r *race) begin(l *log, w eventlog.Work) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.next == nil {
		r.next, r.busy = map[string]int{}, map[string]string{}
	}
	if r.busy[w.Lane] != "" {
		l.t.Errorf("%s was leased beside %s", w.ID, r.busy[w.Lane])
	}
	if want := fmt.Sprint(w.Lane, "/", r.next[w.Lane]); w.ID != want {
		l.t.Errorf("%s was leased, want %s", w.ID, want)
	}
	r.busy[w.Lane] = w.ID
	r.next[w.Lane]++
}

func (r *race) end(w eventlog.Work) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.busy[w.Lane] = ""
}

func kind(id, name string, n int) eventlog.Work {
	w := item(id, n)
	w.Kind = name
	return w
}

var kindTests = []test{
	{"only some, all but some", func(l *log) {
		l.add(kind("m", "mail", 0), kind("c", "call", 1), kind("t", "timer", 2), kind("p", "push", 3))
		for _, c := range []struct {
			kinds eventlog.Kinds
			want  []string
		}{
			{eventlog.Kinds{Only: []string{"timer", "none"}}, []string{"t"}},
			{eventlog.Kinds{Only: []string{"none"}}, nil},
			{eventlog.Kinds{Only: []string{"mail", "call"}, Except: []string{"mail"}}, []string{"c"}},
			{eventlog.Kinds{Except: []string{"mail", "none"}}, []string{"p"}},
			{eventlog.Kinds{}, []string{"m"}},
		} {
			work, err := l.Lease(l.ctx, "n1", minutes(9), minutes(60), 9, c.kinds)
			l.check(err)
			l.same(ids(work), c.want)
		}
	}},
	{"next due of some", func(l *log) {
		l.add(kind("m", "mail", 0), kind("c", "call", 1), kind("t", "timer", 2))
		for _, c := range []struct {
			kinds eventlog.Kinds
			want  time.Time
		}{
			{eventlog.Kinds{}, noon},
			{eventlog.Kinds{Only: []string{"timer", "call"}}, minutes(1)},
			{eventlog.Kinds{Except: []string{"mail", "call"}}, minutes(2)},
			{eventlog.Kinds{Only: []string{"mail"}, Except: []string{"mail"}}, time.Time{}},
		} {
			got, err := l.NextDue(l.ctx, c.kinds)
			l.check(err)
			l.same(got, c.want)
		}
	}},
	{"one that is not wanted holds its lane back", func(l *log) {
		mail, call := laned("m", "x", 0), laned("c", "x", 0)
		call.Kind = "call"
		l.add(mail, call)
		calls := eventlog.Kinds{Only: []string{"call"}}
		work, err := l.Lease(l.ctx, "n1", noon, minutes(1), 9, calls)
		l.check(err)
		l.same(len(work), 0)
		due, err := l.NextDue(l.ctx, calls)
		l.check(err)
		l.same(due, time.Time{})
	}},
}
