package store

import (
	"maps"
	"sync"

	"github.com/composable-go/composable/eventlog"
)

// What happened that should not.
const (
	EffectGivenUp    = "effect_given_up"   // a durable effect failed for the last time
	HandlerStuck     = "handler_stuck"     // a handler did not return when its time was up
	ReducerFailed    = "reducer_failed"    // a reducer panicked, refused an event or broke another rule
	EventUnreadable  = "event_unreadable"  // today's code cannot decode or fold an event
	PayloadTooLarge  = "payload_too_large" // an action decided to record or send more than is allowed
	FollowerStuck    = "follower_stuck"    // a read model or saga stands still at an event or a fault
	SnapshotRejected = "snapshot_rejected" // a state does not survive a trip through JSON
)

// Incident is something that an operator should look at. Nothing was lost.
type Incident struct {
	What   string
	Stream eventlog.StreamID
	Name   string // of the action, event or effect
	Err    error
}

// incidents counts them.
type incidents struct {
	mu    sync.Mutex
	count map[string]int64
}

// Report counts an incident and tells [Options].OnIncident. Packages that follow the
// log report theirs here too.
func (rt *Runtime) Report(i Incident) {
	rt.incidents.mu.Lock()
	if rt.incidents.count == nil {
		rt.incidents.count = map[string]int64{}
	}
	rt.incidents.count[i.What]++
	rt.incidents.mu.Unlock()
	if rt.options.OnIncident != nil {
		rt.options.OnIncident(i)
	}
}

// Incidents returns how often each kind of incident has happened in this process.
func (rt *Runtime) Incidents() map[string]int64 {
	rt.incidents.mu.Lock()
	defer rt.incidents.mu.Unlock()
	return maps.Clone(rt.incidents.count)
}
