package store

import (
	"context"
	"errors"
	"sync/atomic"
)

// ParallelEffect runs in-memory effects at the same time. See [Parallel].
type ParallelEffect struct{ Effects Effects }

// Parallel runs in-memory effects at the same time, and ends when all have ended.
// One that fails does not stop the others.
func Parallel(effects ...Effect) ParallelEffect { return ParallelEffect{effects} }

// EffectName implements [Effect].
func (ParallelEffect) EffectName() string { return "parallel" }

func (e ParallelEffect) parts() (Effects, error) { return e.Effects, nil }

func (e ParallelEffect) start(ctx context.Context, t *task, done func(error)) {
	errs := make([]error, len(e.Effects))
	var left atomic.Int64
	left.Store(int64(len(errs)) + 1)
	one := func() {
		if left.Add(-1) == 0 {
			done(errors.Join(errs...))
		}
	}
	for i, part := range e.Effects {
		t.start(ctx, part, func(err error) {
			errs[i] = err
			one()
		})
	}
	one()
}

// SequenceEffect runs in-memory effects one after the other. See [Sequence].
type SequenceEffect struct{ Effects Effects }

// Sequence runs in-memory effects one after the other, and ends at the first that
// fails or is cancelled.
func Sequence(effects ...Effect) SequenceEffect { return SequenceEffect{effects} }

// EffectName implements [Effect].
func (SequenceEffect) EffectName() string { return "sequence" }

func (e SequenceEffect) parts() (Effects, error) { return e.Effects, nil }

func (e SequenceEffect) start(ctx context.Context, t *task, done func(error)) {
	if len(e.Effects) == 0 {
		done(nil)
		return
	}
	t.start(ctx, e.Effects[0], func(err error) {
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			done(err)
			return
		}
		SequenceEffect{e.Effects[1:]}.start(ctx, t, done)
	})
}
