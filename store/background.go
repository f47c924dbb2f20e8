package store

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/composable-go/composable/eventlog"
)

// background is where the in-memory effects of a runtime run.
type background struct {
	rt     *Runtime
	ctx    context.Context
	cancel context.CancelFunc

	mu        sync.Mutex
	free      int // slots
	ongoing   map[effectID]*cancellation
	throttled map[effectID]bool
	waiting   []later // in a simulation, by due time
	running   sync.WaitGroup
}

// effectID is the id that a stream, or a child in it, gave to an in-memory effect.
type effectID struct {
	stream eventlog.StreamID
	path   string // of the child within the stream's feature
	id     string
}

// later is what a simulation has still to do.
type later struct {
	due time.Time
	ctx context.Context // brings it forward when it ends
	do  func()
}

func newBackground(rt *Runtime) *background {
	b := &background{
		rt: rt, free: rt.options.MaxInMemory,
		ongoing: map[effectID]*cancellation{}, throttled: map[effectID]bool{},
	}
	b.ctx, b.cancel = context.WithCancel(context.Background())
	return b
}

// reserve takes slots for a task about to be decided. They are given back by
// forget, or by the task's end.
func (b *background) reserve(slots int) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if slots > b.free {
		return false
	}
	b.free -= slots
	return true
}

// forget is told of a task that will not begin.
func (b *background) forget(t *task) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.free += t.slots
}

// begin is told of a task whose commit succeeded. After cancel it ends at once.
func (b *background) begin(t *task) {
	b.running.Add(1)
	t.hold()
	t.start(WithOrigin(b.ctx, t.origin), t.effect, func(error) { t.end() })
}

func (b *background) ended(t *task) {
	b.forget(t)
	b.running.Done()
}

// schedule does something beside everything else once d has passed or ctx has
// ended; in a simulation, when step comes to it.
func (b *background) schedule(ctx context.Context, d time.Duration, do func()) {
	if b.rt.options.Simulated != nil {
		b.enqueue(later{time.Now().Add(d), ctx, do})
		return
	}
	go func() {
		if d > 0 {
			pause(ctx, d)
		}
		do()
	}()
}

func (b *background) enqueue(l later) {
	b.mu.Lock()
	defer b.mu.Unlock()
	i := slices.IndexFunc(b.waiting, func(other later) bool { return other.due.After(l.due) })
	if i < 0 {
		i = len(b.waiting)
	}
	b.waiting = slices.Insert(b.waiting, i, l)
}

// step does the next thing that is due; it reports false when nothing is.
func (b *background) step() bool {
	b.mu.Lock()
	i := slices.IndexFunc(b.waiting, func(l later) bool { return l.ctx.Err() != nil || !l.due.After(time.Now()) })
	if i < 0 {
		b.mu.Unlock()
		return false
	}
	next := b.waiting[i]
	b.waiting = slices.Delete(b.waiting, i, i+1)
	b.mu.Unlock()
	next.do()
	return true
}

func (b *background) nextDue() time.Time {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.waiting) == 0 {
		return time.Time{}
	}
	return b.waiting[0].due
}

// wait returns once all that was cancelled has returned; nothing may begin any more.
// When ctx ends first, an effect that ignores its context is left to its fate.
func (b *background) wait(ctx context.Context) error {
	for b.step() {
		continue // a simulation's effects end here
	}
	finished := make(chan struct{})
	go func() {
		b.running.Wait()
		close(finished)
	}()
	select {
	case <-finished:
		return nil
	case <-ctx.Done():
	}
	select {
	case <-finished:
		return nil
	case <-time.After(cancelGrace):
		return ctx.Err()
	}
}
