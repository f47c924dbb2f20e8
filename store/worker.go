package store

import (
	"context"
	"sync"
	"time"

	"github.com/composable-go/composable/eventlog"
)

// retryPause is how long a loop waits when the database does not answer.
const retryPause = 200 * time.Millisecond

// worker carries out durable effects: those this node decided, handed over at
// their commit, and those it finds due in the queue.
type worker struct {
	rt    *Runtime
	free  chan struct{} // a token for each effect that may still be taken on
	gated []string      // kinds that [Concurrency] or [Breaker] hold back

	standard *handler // of the engine's own kinds, and those that nobody handles

	mu      sync.Mutex
	open    bool
	ctx     context.Context // of the effects
	cancel  context.CancelFunc
	running sync.WaitGroup // effects
	loops   sync.WaitGroup
	stopped chan struct{}
	wake    chan struct{}
}

func newWorker(rt *Runtime) *worker {
	w := &worker{
		rt:      rt,
		free:    make(chan struct{}, rt.options.Workers),
		stopped: make(chan struct{}),
		wake:    make(chan struct{}, 1),

		standard: &handler{retry: Retry{}.withDefaults(), gate: &gate{}},
	}
	for range rt.options.Workers {
		w.free <- struct{}{}
	}
	w.ctx, w.cancel = context.WithCancel(context.Background())
	return w
}

func (w *worker) start() {
	for kind, h := range w.rt.handlers {
		if !h.gate.open() {
			w.gated = append(w.gated, kind)
		}
	}
	w.mu.Lock()
	w.open = true
	w.mu.Unlock()
	ctx, cancel := context.WithCancel(w.ctx)
	w.loops.Go(func() { w.poll(ctx) })
	w.loops.Go(func() { w.heartbeat(w.ctx) })
	w.loops.Go(func() { w.sweep(ctx) })
	go func() {
		<-w.stopped
		cancel()
	}()
}

// cancelGrace is how long effects have to return once their context has ended.
const cancelGrace = time.Second

// stop takes on nothing more and waits for what runs; when ctx ends first it
// cancels that, and leaves a handler that does not return to its fate.
func (w *worker) stop(ctx context.Context) error {
	w.mu.Lock()
	wasOpen := w.open
	w.open = false
	w.mu.Unlock()
	if wasOpen {
		close(w.stopped)
	}
	finished := make(chan struct{})
	go func() {
		w.running.Wait()
		close(finished)
	}()
	var err error
	select {
	case <-finished:
	case <-ctx.Done():
		err = ctx.Err()
	}
	w.cancel()
	select {
	case <-finished:
	case <-time.After(cancelGrace):
	}
	w.loops.Wait()
	return err
}

// reserve takes a place for an effect about to be decided. It is given back by
// forget, or by the effect's end.
func (w *worker) reserve() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if !w.open {
		return false
	}
	select {
	case <-w.free:
		w.running.Add(1)
		return true
	default:
		return false
	}
}

func (w *worker) unreserve() {
	w.free <- struct{}{}
	w.running.Done()
	if len(w.free) == 1 {
		w.look() // there had been no place for what is due
	}
}

// accept is told of work whose commit succeeded.
func (w *worker) accept(work eventlog.Work) {
	if work.Owner == "" {
		w.look()
		return
	}
	w.run(work)
}

// forget is told of work whose commit failed.
func (w *worker) forget(work eventlog.Work) {
	if work.Owner != "" {
		w.unreserve()
	}
}

// look makes the poll loop look at the queue again.
func (w *worker) look() {
	select {
	case w.wake <- struct{}{}:
	default:
	}
}

// run carries work out in the place that was reserved for it.
func (w *worker) run(work eventlog.Work) {
	a, ok := w.admit(work)
	if !ok {
		w.unreserve()
		return
	}
	go func() {
		defer w.unreserve()
		w.carryOut(w.ctx, a)
	}()
}

// poll takes over due work until ctx ends, and sleeps until more becomes due.
func (w *worker) poll(ctx context.Context) {
	for ctx.Err() == nil {
		if more := w.takeOver(ctx); more {
			continue
		}
		t := time.NewTimer(w.untilDue(ctx))
		select {
		case <-t.C:
		case <-w.wake:
		case <-ctx.Done():
		}
		t.Stop()
	}
}

// maxTakeOver is how many items are leased at a time.
const maxTakeOver = 64

// takeOver leases due work and runs it; it reports whether there may be more. The
// kinds with a gate are asked for one by one, as many as there is room for.
func (w *worker) takeOver(ctx context.Context) (more bool) {
	more = w.lease(ctx, eventlog.Kinds{Except: w.gated}, maxTakeOver)
	for _, kind := range w.gated {
		if room := w.rt.handlers[kind].gate.room(maxTakeOver); room > 0 {
			more = w.lease(ctx, eventlog.Kinds{Only: []string{kind}}, room) && room == maxTakeOver || more
		}
	}
	return more
}

// lease takes up to limit items and runs them; it reports whether there may be more.
func (w *worker) lease(ctx context.Context, kinds eventlog.Kinds, limit int) (more bool) {
	places := 0
	for places < limit && w.reserve() {
		places++
	}
	if places == 0 {
		return false
	}
	t := time.Now()
	items, err := w.rt.backend.Lease(ctx, w.rt.options.Node, t, t.Add(w.rt.options.LeaseTime), places, kinds)
	if err != nil && ctx.Err() == nil {
		w.rt.options.Logger.Warn("store: cannot look for due effects", "error", err)
	}
	for range places - len(items) {
		w.unreserve()
	}
	for _, item := range items {
		w.run(item)
	}
	return len(items) == places
}

// untilDue returns how long nothing is to be done. Kinds whose gate has no room are
// left out: it wakes the loop when something ends, and a breaker closes by time.
func (w *worker) untilDue(ctx context.Context) time.Duration {
	var closed []string
	for _, kind := range w.gated {
		if w.rt.handlers[kind].gate.room(1) == 0 {
			closed = append(closed, kind)
		}
	}
	due, err := w.rt.backend.NextDue(ctx, eventlog.Kinds{Except: closed})
	if err != nil || due.IsZero() || len(w.free) == 0 {
		return w.rt.options.PollInterval
	}
	return min(max(time.Until(due), time.Millisecond), w.rt.options.PollInterval)
}

// heartbeat keeps the leases of what runs here.
func (w *worker) heartbeat(ctx context.Context) {
	every := w.rt.options.LeaseTime / 4
	t := time.NewTicker(every)
	defer t.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case at := <-t.C:
			if len(w.free) == cap(w.free) {
				continue
			}
			if err := w.rt.backend.Extend(ctx, w.rt.options.Node, at.Add(w.rt.options.LeaseTime)); err != nil && ctx.Err() == nil {
				w.rt.options.Logger.Warn("store: cannot prolong leases", "error", err)
			}
		}
	}
}

// sweepEvery is how long expired rows, which nobody sees any more, take up room.
const sweepEvery = time.Minute

// sweep deletes expired rows.
func (w *worker) sweep(ctx context.Context) {
	t := time.NewTicker(sweepEvery)
	defer t.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-t.C:
			if _, err := w.rt.backend.Purge(ctx, now()); err != nil && ctx.Err() == nil {
				w.rt.options.Logger.Warn("store: cannot delete expired rows", "error", err)
			}
		}
	}
}
