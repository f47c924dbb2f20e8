package store

import (
	"runtime"
	"runtime/debug"
	"sync"

	"github.com/composable-go/composable/eventlog"
)

// decoded is an event's action, or why there is none.
type decoded[A any] struct {
	action A
	err    error
}

// decodeShare is how many events are worth a goroutine.
const decodeShare = 100

// decodeAll decodes events on all cores, as that takes longer than reading them.
func (s *Store[S, A]) decodeAll(events []eventlog.Event) []decoded[A] {
	all := make([]decoded[A], len(events))
	share := max(decodeShare, len(events)/runtime.GOMAXPROCS(0)+1)
	if s.rt.options.Simulated != nil {
		share = len(events)
	}
	var others sync.WaitGroup
	rest := all
	for len(events) > share {
		some, into := events[:share], rest
		others.Go(func() { s.decode(some, into) })
		events, rest = events[share:], rest[share:]
	}
	s.decode(events, rest)
	others.Wait()
	return all
}

func (s *Store[S, A]) decode(events []eventlog.Event, into []decoded[A]) {
	for i, e := range events {
		into[i] = s.decodeOne(e)
	}
}

// decodeOne contains a panic of the action's own decoder. The engine's events have
// no action.
func (s *Store[S, A]) decodeOne(e eventlog.Event) (d decoded[A]) {
	defer func() {
		if p := recover(); p != nil {
			d.err = bugf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	if OfEngine(e) {
		return d
	}
	if d.err = s.today(&e); d.err == nil {
		d.action, d.err = s.codec.Decode(e.Name, e.Data)
	}
	return d
}
