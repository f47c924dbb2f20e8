package store

import "context"

// Volatile is the [Policy] of effects whose handler runs in memory, as [Run] does:
// they are written nowhere, begin after the commit, are lost with the process, and
// may stand inside [Parallel], [Sequence] and the others. [Retry] holds for them
// while the process lives; what fails for good is logged.
type Volatile struct{}

func (Volatile) applyTo(h *handler) { h.volatile = true }

func (rt *Runtime) isVolatile(e Effect) bool {
	h, ok := rt.handlers[e.EffectName()]
	return ok && h.volatile
}

// handle carries out an effect by its handler.
func (t *task) handle(ctx context.Context, e Effect, done func(error)) {
	rt := t.background.rt
	h := rt.handlers[e.EffectName()]
	key := Key(rt.chance.newID())
	done = t.reported(ctx, e, done)
	var attempt func(nth int)
	attempt = func(nth int) {
		limited, cancel := context.WithTimeout(ctx, h.retry.Timeout)
		t.call(limited, func(ctx context.Context) error { return t.carryOut(ctx, h, e, key) }, func(err error) {
			cancel()
			if err == nil || permanent(err) || nth >= h.retry.Max || ctx.Err() != nil {
				done(err)
				return
			}
			t.background.schedule(ctx, h.retry.pause(nth, rt.chance), func() { attempt(nth + 1) })
		})
	}
	attempt(1)
}

func (t *task) carryOut(ctx context.Context, h *handler, e Effect, key Key) error {
	result, err := h.call(ctx, e, key)
	if err != nil || result == nil {
		return err
	}
	err = t.sender(ctx)(result)
	if refused(err) {
		return Permanent(err)
	}
	return err
}
