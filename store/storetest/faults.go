package storetest

import (
	"context"
	"errors"
	"runtime"
	"slices"
	"time"

	"github.com/composable-go/composable/eventlog"
)

// odds are how often a fault happens, in a thousand chances.
type odds int

const (
	crashes     odds = 5   // before a call, and after it
	unreachable odds = 15  // the call does nothing
	answerLost  odds = 15  // it did all, and nobody hears of it
	overtaken   odds = 20  // somebody else was faster, it is said
	slow        odds = 20  // long enough for leases to run out
	race        odds = 150 // the other node acts between decision and commit
	late        odds = 80  // an effect is due later than was said
	askTwice    odds = 50  // a client asks again although it was answered
)

const (
	slowest = 4 * time.Second // beyond the lease, but below every timeout: which of two ends first would be chance
	latest  = 90 * time.Second
)

var errUnreachable = errors.New("simulated: the database cannot be reached")

func (g *game) happens(o odds) bool { return !g.calm && odds(g.chance.IntN(1000)) < o }

// observed is the log for one who looks on.
type observed struct{ eventlog.Backend }

// Exclusive implements [eventlog.Log]: what an observer has cached grows old.
func (observed) Exclusive() bool { return false }

// faulty is the log as a node reaches it: not always.
type faulty struct {
	eventlog.Backend
	game *game
	node *node
}

// before and after stand around each call.
func (f *faulty) before(call string) error {
	f.mayCrash("before", call)
	if f.game.happens(unreachable) {
		f.game.trace.add("  fault: %s fails", call)
		return errUnreachable
	}
	return nil
}

func (f *faulty) after(call string) error {
	f.mayCrash("after", call)
	if f.game.happens(answerLost) {
		f.game.trace.add("  fault: the answer to %s is lost", call)
		return errUnreachable
	}
	return nil
}

// mayCrash ends the process as kill -9 does: nothing recovers from it.
func (f *faulty) mayCrash(when, call string) {
	if f.game.happens(crashes) {
		f.game.trace.add("  fault: a crash %s %s", when, call)
		runtime.Goexit()
	}
}

// called makes a call that may fail or never return.
func called[R any](f *faulty, name string, call func() (R, error)) (R, error) {
	var none R
	if err := f.before(name); err != nil {
		return none, err
	}
	r, err := call()
	if lost := f.after(name); lost != nil {
		return none, lost
	}
	return r, err
}

// Exclusive implements [eventlog.Log].
func (f *faulty) Exclusive() bool { return len(f.game.nodes) < 2 }

// Append implements [eventlog.Log].
func (f *faulty) Append(ctx context.Context, batch []eventlog.Append) ([]eventlog.Outcome, error) {
	return called(f, "append", func() ([]eventlog.Outcome, error) {
		batch := f.delayed(batch)
		if f.game.happens(slow) {
			f.slowDown()
			f.race()
		} else if f.game.happens(race) {
			f.race()
		}
		if batch[0].Stream != (eventlog.StreamID{}) && f.game.happens(overtaken) {
			f.game.trace.add("  fault: append meets a conflict")
			return slices.Repeat([]eventlog.Outcome{{Err: eventlog.ErrConflict}}, len(batch)), nil
		}
		outcomes, err := f.Backend.Append(ctx, batch)
		for i, o := range outcomes {
			f.game.trace.appended(batch[i], o)
		}
		return outcomes, err
	})
}

// delayed makes effects due later.
func (f *faulty) delayed(batch []eventlog.Append) []eventlog.Append {
	batch = slices.Clone(batch)
	for i := range batch {
		batch[i].Work = slices.Clone(batch[i].Work)
		for j := range batch[i].Work {
			if f.game.happens(late) {
				d := f.game.upTo(latest)
				f.game.trace.add("  fault: a %s will be %v late", batch[i].Work[j].Kind, d)
				batch[i].Work[j].Due = batch[i].Work[j].Due.Add(d)
			}
		}
	}
	return batch
}

func (f *faulty) slowDown() {
	d := slowest/2 + f.game.upTo(slowest/2)
	f.game.trace.add("  fault: append takes %v", d)
	time.Sleep(d)
}

// race lets another node act between this one's decision and its commit.
func (f *faulty) race() {
	g := f.game
	if g.raced || len(g.nodes) < 2 {
		return
	}
	g.raced = true
	defer func() { g.raced = false }()
	g.trace.add("  meanwhile")
	other := g.nodes[1-f.node.number]
	if g.chance.IntN(2) == 0 {
		g.client(other)
	} else {
		g.effect(other)
	}
	g.trace.add("node %d: goes on (%s)", f.node.number, f.node.at)
}

// ReadStream implements [eventlog.Log].
func (f *faulty) ReadStream(ctx context.Context, id eventlog.StreamID, after int64, limit int) ([]eventlog.Event, error) {
	return called(f, "reading "+id.String(), func() ([]eventlog.Event, error) { return f.Backend.ReadStream(ctx, id, after, limit) })
}

// Load implements [eventlog.Snapshots].
func (f *faulty) Load(ctx context.Context, id eventlog.StreamID, schema string, limit int) (s eventlog.Snapshot, ok bool, events []eventlog.Event, err error) {
	_, err = called(f, "loading "+id.String(), func() (any, error) {
		s, ok, events, err = f.Backend.Load(ctx, id, schema, limit)
		return nil, err
	})
	return s, ok, events, err
}

// ReadAll implements [eventlog.Log].
func (f *faulty) ReadAll(ctx context.Context, after int64, limit int) ([]eventlog.Event, error) {
	return called(f, "reading the log", func() ([]eventlog.Event, error) { return f.Backend.ReadAll(ctx, after, limit) })
}

// Command implements [eventlog.Lookup].
func (f *faulty) Command(ctx context.Context, id eventlog.StreamID, commandID, fingerprint string) (eventlog.Outcome, bool, error) {
	type answer struct {
		outcome eventlog.Outcome
		found   bool
	}
	a, err := called(f, "looking up a command", func() (answer, error) {
		o, found, err := f.Backend.Command(ctx, id, commandID, fingerprint)
		return answer{o, found}, err
	})
	return a.outcome, a.found, err
}

// Lease implements [eventlog.Queue].
func (f *faulty) Lease(ctx context.Context, owner string, now, until time.Time, limit int, kinds eventlog.Kinds) ([]eventlog.Work, error) {
	return called(f, "lease", func() ([]eventlog.Work, error) {
		work, err := f.Backend.Lease(ctx, owner, now, until, limit, kinds)
		for _, w := range work {
			f.game.trace.add("  %s of %s, attempt %d: %.300s", w.Kind, w.Stream, w.Attempt, w.Payload)
		}
		return work, err
	})
}

// Release implements [eventlog.Queue].
func (f *faulty) Release(ctx context.Context, lease eventlog.Lease, due time.Time, failure eventlog.Failure) error {
	_, err := called(f, "release", func() (any, error) { return nil, f.Backend.Release(ctx, lease, due, failure) })
	return err
}

// Bury implements [eventlog.Queue].
func (f *faulty) Bury(ctx context.Context, lease eventlog.Lease, failure eventlog.Failure) error {
	_, err := called(f, "bury", func() (any, error) { return nil, f.Backend.Bury(ctx, lease, failure) })
	return err
}
