package store

import (
	"context"
	"errors"
	"log/slog"
	"runtime/debug"
	"sync/atomic"

	"github.com/composable-go/composable/eventlog"
)

// inMemory is an effect that runs in this process once its commit is durable, and
// is lost with the process.
type inMemory interface {
	Effect
	// parts returns the effects inside; the error says what is wrong with this one.
	parts() (Effects, error)
	// start begins the effect and returns at once: what must happen in the order of
	// the commits has happened then. done is called once, with the outcome.
	start(ctx context.Context, t *task, done func(error))
}

// task is an in-memory effect that a reducer returned, with all that is inside it.
type task struct {
	background *background
	stream     eventlog.StreamID
	origin     Origin // of the actions it sends
	path       string // of the child that asked
	effect     Effect
	slots      int
	open       atomic.Int32 // what keeps its slots
}

// slotsFor counts an in-memory effect and those inside it, and checks them.
func (rt *Runtime) slotsFor(e Effect) (int, error) {
	own, ok := e.(inMemory)
	if !ok {
		if e == nil || !rt.isVolatile(e) {
			return 0, bugf("%T cannot be inside an in-memory effect; only in-memory effects can, and those handled with "+
				"store.Volatile: return it beside, or send an action that returns it", e)
		}
		return 1, nil
	}
	parts, err := own.parts()
	if err != nil {
		return 0, err
	}
	slots := 1
	for _, part := range parts {
		inside, err := rt.slotsFor(part)
		if err != nil {
			return 0, err
		}
		slots += inside
	}
	return slots, nil
}

// hold keeps the task's slots until end was called once more.
func (t *task) hold() { t.open.Add(1) }

func (t *task) end() {
	if t.open.Add(-1) == 0 {
		t.background.ended(t)
	}
}

// start begins an effect of the task.
func (t *task) start(ctx context.Context, e Effect, done func(error)) {
	if own, ok := e.(inMemory); ok {
		own.start(ctx, t, done)
		return
	}
	t.handle(ctx, e, done)
}

// call runs code of the application beside everything else. Its context ends when
// it returns, so that what it leaves behind sends nothing.
func (t *task) call(ctx context.Context, f func(ctx context.Context) error, done func(error)) {
	t.background.schedule(ctx, 0, func() {
		running, cancel := context.WithCancel(ctx)
		err := contain(running, f)
		cancel()
		done(err)
	})
}

// contain makes an error of a panic. What was cancelled before is not run.
func contain(ctx context.Context, f func(ctx context.Context) error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = bugf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return f(ctx)
}

// sender returns what sends actions to the task's stream until ctx ends. It is the
// precondition that asks, under the stream's lock: what was cancelled decides nothing.
func (t *task) sender(ctx context.Context) func(action any) error {
	origin := t.origin
	origin.Precondition = func(int64) error { return ctx.Err() }
	ctx = WithOrigin(ctx, origin)
	return func(action any) error {
		e, err := t.background.rt.seal(t.stream.Store, t.path, action)
		if err != nil {
			return err
		}
		err = t.background.rt.stores[t.stream.Store].deliver(ctx, t.stream.Key, e.Name, e.Data, eventlog.Lease{})
		if err != nil && ctx.Err() != nil {
			return ctx.Err()
		}
		return err
	}
}

// reported returns a done that logs a failure first. What an effect returns after
// it was cancelled is no failure, unless it panicked.
func (t *task) reported(ctx context.Context, e Effect, done func(error)) func(error) {
	return func(err error) {
		var bug *bugError
		if err != nil && (!errors.Is(ctx.Err(), context.Canceled) || errors.As(err, &bug)) {
			t.log(e, err)
		}
		done(err)
	}
}

func (t *task) log(e Effect, err error) {
	level := slog.LevelError
	var r *Refusal
	switch {
	case refused(err):
		level = slog.LevelInfo
	case errors.As(err, &r) && r.Kind > Internal: // nobody's mistake
		level = slog.LevelWarn
	}
	t.background.rt.options.Logger.Log(context.Background(), level, "store: an in-memory effect failed",
		"effect", e.EffectName(), "stream", t.stream.String(), "correlation_id", t.origin.CorrelationID, "error", err)
}

// refused reports whether err is the domain's final no.
func refused(err error) bool {
	var r *Refusal
	return errors.As(err, &r) && r.Kind < Internal && !errors.Is(err, ErrConflict)
}
