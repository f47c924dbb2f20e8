package projection

import (
	"context"
	"sync"
)

// progress is a position that others wait for.
type progress struct {
	mu       sync.Mutex
	position int64
	err      error
	moved    chan struct{} // closed at the next move
}

func newProgress() *progress { return &progress{moved: make(chan struct{})} }

// reached moves the position forward and clears the error.
func (p *progress) reached(position int64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.err = nil
	if position > p.position {
		p.position = position
		close(p.moved)
		p.moved = make(chan struct{})
	}
}

func (p *progress) failed(err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.err = err
}

func (p *progress) now() (int64, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.position, p.err
}

func (p *progress) wait(ctx context.Context, position int64) error {
	for {
		p.mu.Lock()
		reached, moved, cause := p.position >= position, p.moved, p.err
		p.mu.Unlock()
		if reached {
			return nil
		}
		select {
		case <-moved:
		case <-ctx.Done():
			if cause == nil {
				cause = ctx.Err()
			}
			return ErrStale.Because(cause)
		}
	}
}
