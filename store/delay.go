package store

import (
	"context"
	"time"
)

// DelayEffect runs an in-memory effect later. See [Delay].
type DelayEffect struct {
	For    time.Duration
	Effect Effect
}

// Delay runs an in-memory effect once d has passed. What must survive the process
// is a timer: [After].
func Delay(d time.Duration, effect Effect) DelayEffect { return DelayEffect{d, effect} }

// EffectName implements [Effect].
func (DelayEffect) EffectName() string { return "delay" }

func (e DelayEffect) parts() (Effects, error) { return Effects{e.Effect}, nil }

func (e DelayEffect) start(ctx context.Context, t *task, done func(error)) {
	t.background.schedule(ctx, e.For, func() {
		if err := ctx.Err(); err != nil {
			t.reported(ctx, e, done)(err)
			return
		}
		t.start(ctx, e.Effect, done)
	})
}

// TimeoutEffect bounds an in-memory effect. See [WithTimeout].
type TimeoutEffect struct {
	Limit  time.Duration
	Effect Effect
}

// WithTimeout ends the context of an in-memory effect after d. It fails then, unless
// it succeeds nevertheless.
func WithTimeout(d time.Duration, effect Effect) TimeoutEffect { return TimeoutEffect{d, effect} }

// EffectName implements [Effect].
func (TimeoutEffect) EffectName() string { return "timeout" }

func (e TimeoutEffect) parts() (Effects, error) { return Effects{e.Effect}, nil }

func (e TimeoutEffect) start(ctx context.Context, t *task, done func(error)) {
	ctx, cancel := context.WithTimeout(ctx, e.Limit)
	t.start(ctx, e.Effect, func(err error) {
		cancel()
		done(err)
	})
}
