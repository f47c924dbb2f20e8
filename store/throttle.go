package store

import (
	"context"
	"time"
)

// ThrottleEffect runs an in-memory effect only now and then. See [Throttle].
type ThrottleEffect struct {
	ID     string
	Window time.Duration
	Effect Effect
}

// Throttle runs an in-memory effect unless another of that id, unique within its
// stream, was begun less than d ago: of a burst, the first in each window. The
// others are dropped.
func Throttle(id string, d time.Duration, effect Effect) ThrottleEffect {
	return ThrottleEffect{id, d, effect}
}

// EffectName implements [Effect].
func (ThrottleEffect) EffectName() string { return "throttle" }

func (e ThrottleEffect) parts() (Effects, error) {
	if e.ID == "" {
		return nil, bugf("store.Throttle has no id; it needs one to know what it is counted with")
	}
	return Effects{e.Effect}, nil
}

// start holds the task until the window has passed, so that the windows, too, are
// bounded by Options.MaxInMemory.
func (e ThrottleEffect) start(ctx context.Context, t *task, done func(error)) {
	id := effectID{t.stream, t.path, e.ID}
	if !t.background.openWindow(id) {
		done(nil)
		return
	}
	t.hold()
	t.background.schedule(t.background.ctx, e.Window, func() {
		t.background.closeWindow(id)
		t.end()
	})
	t.start(ctx, e.Effect, done)
}

func (b *background) openWindow(id effectID) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.throttled[id] {
		return false
	}
	b.throttled[id] = true
	return true
}

func (b *background) closeWindow(id effectID) {
	b.mu.Lock()
	defer b.mu.Unlock()
	delete(b.throttled, id)
}
