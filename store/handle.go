package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/composable-go/composable/eventlog"
)

// Key is the idempotency key of one durable effect: the same at every attempt,
// on every node.
type Key string

// None is the result type of a handler that has nothing to say.
type None struct{}

// Policy says how an effect's handler is run: [Retry], [Concurrency], [Breaker],
// [InOrder], [OnGivingUp].
type Policy interface{ applyTo(h *handler) }

// Retry says how often and when a failed attempt is repeated. Zero fields take
// the defaults.
type Retry struct {
	Max     int           // attempts in all, default 10; then the effect is given up
	Base    time.Duration // pause after the first, doubled each time, with jitter; default 100 ms
	Cap     time.Duration // longest pause, default 30 s
	Timeout time.Duration // of one attempt, default 30 s
}

func (r Retry) applyTo(h *handler) { h.retry = r.withDefaults() }

func (r Retry) withDefaults() Retry {
	setDefault(&r.Max, 10)
	setDefault(&r.Base, 100*time.Millisecond)
	setDefault(&r.Cap, 30*time.Second)
	setDefault(&r.Timeout, 30*time.Second)
	return r
}

// pause returns how long to wait after an attempt: exponential, the upper half
// random, so that effects that failed together do not return together.
func (r Retry) pause(attempt int, c chance) time.Duration {
	d := r.Cap
	if shift := attempt - 1; shift < 30 && r.Base<<shift < r.Cap {
		d = r.Base << shift
	}
	return d/2 + c.upTo(d/2)
}

// InOrder has the effects of the kind that one stream asked for carried out one
// after the other, in the order they were asked for. One that fails holds up those
// behind it until it succeeds or is given up.
type InOrder struct{}

func (InOrder) applyTo(h *handler) { h.inOrder = true }

// OnGivingUp names what comes back to the stream when an effect is given up, after
// its last attempt or a [Permanent] error. Without it, or when the action is nil,
// the effect becomes a dead letter.
func OnGivingUp[E Effect, A any](action func(effect E, cause error) A) Policy {
	return givingUp(func(payload []byte, cause error) (any, error) {
		var effect E
		if err := json.Unmarshal(payload, &effect); err != nil {
			return nil, err
		}
		return action(effect, cause), nil
	})
}

type givingUp func(payload []byte, cause error) (any, error)

func (g givingUp) applyTo(h *handler) { h.givingUp = g }

// Permanent marks an error that no further attempt can mend.
func Permanent(err error) error { return permanentError{err} }

type permanentError struct{ error }

func (e permanentError) Unwrap() error { return e.error }

func permanent(err error) bool {
	var p permanentError
	return errors.As(err, &p)
}

// handler carries out one kind of effect: durably by run, in memory by call. A nil
// result means that nothing comes back.
type handler struct {
	run      func(ctx context.Context, w eventlog.Work) (result any, err error)
	call     func(ctx context.Context, e Effect, key Key) (result any, err error)
	retry    Retry
	gate     *gate
	inOrder  bool
	givingUp givingUp
	volatile bool
}

// Handle registers what carries out an effect, durably unless a policy is
// [Volatile]. The handler runs at least once, with the same key each time, under a
// context that ends after [Retry].Timeout and carries the [Origin] of the action that
// asked. What it returns comes back as an action of the stream that asked; a nil or
// [None] result does not. An error means "try again", unless it is [Permanent]. A
// handler that does not return when its context has ended is left behind, and counts
// as failed.
//
// It panics when the effect has a handler already.
func Handle[E Effect, R any](rt *Runtime, run func(ctx context.Context, effect E, key Key) (R, error), policies ...Policy) {
	var zero E
	name := zero.EffectName()
	if _, taken := rt.handlers[name]; taken || name == dispatchKind || name == timerKind {
		panic(fmt.Sprintf("store: the effect %q has a handler already", name))
	}
	h := &handler{retry: Retry{}.withDefaults(), gate: &gate{}}
	h.call = func(ctx context.Context, e Effect, key Key) (any, error) {
		effect, ok := e.(E)
		if !ok {
			return nil, Permanent(fmt.Errorf("store: the effect %q is a %T, its handler takes a %T", name, e, effect))
		}
		result, err := run(ctx, effect, key)
		if _, none := any(result).(None); err != nil || none {
			return nil, err
		}
		return result, nil
	}
	h.run = func(ctx context.Context, w eventlog.Work) (any, error) {
		var effect E
		if err := json.Unmarshal(w.Payload, &effect); err != nil {
			return nil, Permanent(fmt.Errorf("store: cannot decode the effect: %w", err))
		}
		return h.call(ctx, effect, Key(w.ID))
	}
	for _, p := range policies {
		p.applyTo(h)
	}
	rt.handlers[name] = h
}
