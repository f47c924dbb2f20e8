package store

import (
	"context"
	"errors"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/sony/gobreaker/v2"
)

// Concurrency bounds how many effects of one kind a node carries out at a time.
type Concurrency int

func (c Concurrency) applyTo(h *handler) { h.gate.limit = int(c) }

// Breaker spares what does not answer: after some failures in a row effects of the
// kind wait in the queue, attempts uncounted, and after a pause a few are tried to
// find out whether it answers again. An error that is [Permanent] is an answer.
// Zero fields take the defaults.
type Breaker struct {
	Failures int           // in a row that open it, default 5
	Pause    time.Duration // for which it stays open, default 10 s
	Probes   int           // at a time when half-open, all of which must succeed to close it; default 1
}

func (b Breaker) applyTo(h *handler) {
	setDefault(&b.Failures, 5)
	setDefault(&b.Pause, 10*time.Second)
	setDefault(&b.Probes, 1)
	h.gate.probes = b.Probes
	h.gate.breaker = gobreaker.NewTwoStepCircuitBreaker[None](gobreaker.Settings{
		MaxRequests:  uint32(b.Probes),
		Timeout:      b.Pause,
		ReadyToTrip:  func(c gobreaker.Counts) bool { return c.ConsecutiveFailures >= uint32(b.Failures) },
		IsSuccessful: func(err error) bool { return err == nil || permanent(err) },
		IsExcluded:   func(err error) bool { return errors.Is(err, context.Canceled) },
	})
}

// gate lets the effects of one kind through that its policies allow.
type gate struct {
	limit   int // 0: none
	probes  int
	breaker *gobreaker.TwoStepCircuitBreaker[None] // nil: none

	mu      sync.Mutex
	running int
}

// open reports whether the kind has no gate at all.
func (g *gate) open() bool { return g.limit == 0 && g.breaker == nil }

// room returns how many more may begin, at most a given number.
func (g *gate) room(most int) int {
	g.mu.Lock()
	running := g.running
	g.mu.Unlock()
	if g.limit > 0 {
		most = min(most, g.limit-running)
	}
	if g.breaker == nil {
		return max(most, 0)
	}
	switch g.breaker.State() {
	case gobreaker.StateOpen:
		return 0
	case gobreaker.StateHalfOpen:
		most = min(most, g.probes-int(g.breaker.Counts().Requests))
	}
	return max(most, 0)
}

// enter begins one; leave is told how it ended. ok is false when there is no room.
func (g *gate) enter() (leave func(err error), ok bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.limit > 0 && g.running >= g.limit {
		return nil, false
	}
	settled := func(error) {}
	if g.breaker != nil {
		done, err := g.breaker.Allow()
		if err != nil {
			return nil, false
		}
		settled = done
	}
	g.running++
	return func(err error) {
		g.mu.Lock()
		g.running--
		g.mu.Unlock()
		settled(err)
	}, true
}

// state names the breaker's state: closed, half-open, open, or "" without one.
func (g *gate) state() string {
	if g.breaker == nil {
		return ""
	}
	return g.breaker.State().String()
}

// EffectKind is how one kind of durable effect fares on this node.
type EffectKind struct {
	Name    string
	Running int
	Breaker string // closed, half-open or open; "" without a [Breaker]
}

// Effects reports on the kinds that have a handler, by name.
func (rt *Runtime) Effects() []EffectKind {
	kinds := make([]EffectKind, 0, len(rt.handlers))
	for _, name := range slices.Sorted(maps.Keys(rt.handlers)) {
		g := rt.handlers[name].gate
		g.mu.Lock()
		kinds = append(kinds, EffectKind{name, g.running, g.state()})
		g.mu.Unlock()
	}
	return kinds
}
