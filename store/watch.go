package store

import (
	"context"
	"sync"

	"github.com/composable-go/composable/eventlog"
)

// watchers wakes those who wait for a stream to change.
type watchers struct {
	mu      sync.Mutex
	streams map[eventlog.StreamID]map[chan struct{}]struct{}
}

// watch returns a channel that receives after each change of the stream, several
// changes possibly as one, until stop is called.
func (w *watchers) watch(id eventlog.StreamID) (changed <-chan struct{}, stop func()) {
	ch := make(chan struct{}, 1)
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.streams == nil {
		w.streams = map[eventlog.StreamID]map[chan struct{}]struct{}{}
	}
	if w.streams[id] == nil {
		w.streams[id] = map[chan struct{}]struct{}{}
	}
	w.streams[id][ch] = struct{}{}
	return ch, func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		delete(w.streams[id], ch)
		if len(w.streams[id]) == 0 {
			delete(w.streams, id)
		}
	}
}

func (w *watchers) signal(id eventlog.StreamID) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for ch := range w.streams[id] {
		select {
		case ch <- struct{}{}:
		default:
		}
	}
}

func (w *watchers) none() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return len(w.streams) == 0
}

// follower reads what other nodes append, so that their changes wake watchers
// here too.
type follower struct {
	log      eventlog.Log
	watchers *watchers
	cancel   context.CancelFunc
	done     sync.WaitGroup
}

func newFollower(log eventlog.Log, w *watchers) *follower {
	return &follower{log: log, watchers: w, cancel: func() {}}
}

// start follows from a position, everything up to which was known before anybody
// began to watch.
func (f *follower) start(position int64) {
	ctx, cancel := context.WithCancel(context.Background())
	f.cancel = cancel
	f.done.Go(func() { f.run(ctx, position) })
}

func (f *follower) stop() {
	f.cancel()
	f.done.Wait()
}

func (f *follower) run(ctx context.Context, position int64) {
	for ctx.Err() == nil {
		head, err := f.log.Wait(ctx, position)
		if err != nil {
			pause(ctx, retryPause)
			continue
		}
		if f.watchers.none() { // whoever comes later reads the present state first
			position = head
			continue
		}
		events, err := f.log.ReadAll(ctx, position, 1000)
		if err != nil {
			pause(ctx, retryPause)
			continue
		}
		for _, e := range events {
			f.watchers.signal(e.Stream)
			position = e.Position
		}
	}
}
