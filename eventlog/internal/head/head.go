// Package head holds the position of the last committed event and wakes those
// who wait for it to move.
package head

import (
	"context"
	"sync"

	"github.com/composable-go/composable/eventlog"
)

// Head only grows. It blocks on channels alone, so it works in a synctest bubble.
type Head struct {
	mu       sync.Mutex
	position int64
	closed   bool
	moved    chan struct{} // closed and replaced when position or closed change
}

// New returns a head at position.
func New(position int64) *Head {
	return &Head{position: position, moved: make(chan struct{})}
}

// Advance moves the head to position, unless it is there or beyond already.
func (h *Head) Advance(position int64) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if position <= h.position || h.closed {
		return
	}
	h.position = position
	h.wake()
}

// Close fails all waiting calls with [eventlog.ErrClosed].
func (h *Head) Close() {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed {
		return
	}
	h.closed = true
	h.wake()
}

func (h *Head) wake() {
	close(h.moved)
	h.moved = make(chan struct{})
}

// Wait implements [eventlog.Log].
func (h *Head) Wait(ctx context.Context, after int64) (int64, error) {
	for {
		position, closed, moved := h.look()
		switch {
		case closed:
			return position, eventlog.ErrClosed
		case position > after:
			return position, nil
		case ctx.Err() != nil:
			return position, ctx.Err()
		}
		select {
		case <-moved:
		case <-ctx.Done():
		}
	}
}

func (h *Head) look() (position int64, closed bool, moved <-chan struct{}) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.position, h.closed, h.moved
}
