package store

import (
	"context"
	"time"
)

// CancellableEffect gives an in-memory effect an id. See [Cancellable].
type CancellableEffect struct {
	ID     string
	Effect Effect
}

// Cancellable gives an in-memory effect an id, unique within its stream, by which
// [Stop] cancels it. A new effect of that id cancels the one in flight: of searches
// started while the user types, the last one answers. Nothing that a cancelled
// effect sends is decided any more.
func Cancellable(id string, effect Effect) CancellableEffect { return CancellableEffect{id, effect} }

// Debounce runs an in-memory effect once no other of that id, unique within its
// stream, was asked for during d: of a burst, the last. It is [Cancellable].
func Debounce(id string, d time.Duration, effect Effect) CancellableEffect {
	return Cancellable(id, Delay(d, effect))
}

// EffectName implements [Effect].
func (CancellableEffect) EffectName() string { return "cancellable" }

func (e CancellableEffect) parts() (Effects, error) {
	if e.ID == "" {
		return nil, bugf("store.Cancellable or Debounce has no id; it needs one so that it can be stopped")
	}
	return Effects{e.Effect}, nil
}

func (e CancellableEffect) start(ctx context.Context, t *task, done func(error)) {
	ctx, cancel := context.WithCancel(ctx)
	this := &cancellation{cancel}
	id := effectID{t.stream, t.path, e.ID}
	t.background.replace(id, this)
	t.start(ctx, e.Effect, func(err error) {
		t.background.remove(id, this)
		cancel()
		done(err)
	})
}

// StopEffect cancels an in-memory effect. See [Stop].
type StopEffect struct{ ID string }

// Stop cancels this stream's [Cancellable] or [Debounce] effect of that id, if there
// is one in this process.
func Stop(id string) StopEffect { return StopEffect{id} }

// EffectName implements [Effect].
func (StopEffect) EffectName() string { return "stop" }

func (StopEffect) parts() (Effects, error) { return nil, nil }

func (e StopEffect) start(_ context.Context, t *task, done func(error)) {
	t.background.replace(effectID{t.stream, t.path, e.ID}, nil)
	done(nil)
}

// cancellation is compared by its address.
type cancellation struct{ cancel context.CancelFunc }

// replace cancels what runs under an id; next, when there is one, follows it.
func (b *background) replace(id effectID, next *cancellation) {
	b.mu.Lock()
	former := b.ongoing[id]
	delete(b.ongoing, id)
	if next != nil {
		b.ongoing[id] = next
	}
	b.mu.Unlock()
	if former != nil {
		former.cancel()
	}
}

// remove forgets what has ended, unless another has followed it.
func (b *background) remove(id effectID, ended *cancellation) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.ongoing[id] == ended {
		delete(b.ongoing, id)
	}
}
