package projection

import (
	"context"
	"sync"
	"time"
)

// lookInterval is how often a node looks at another one's progress while somebody
// here waits for it.
const lookInterval = 3 * time.Millisecond

// progress is how far a read model has come, as far as this node knows, and others
// wait for. The owner knows it; on other nodes those who wait look, one of them at
// a time.
type progress struct {
	look    func(ctx context.Context) (int64, error)
	looking chan struct{} // held by the one who looks

	mu      sync.Mutex
	now     snapshot
	changed chan struct{} // closed at the next change
}

// snapshot is a progress at one moment.
type snapshot struct {
	position int64
	owner    bool     // this node makes the progress
	failure  *Failure // why it makes none
}

func newProgress(look func(ctx context.Context) (int64, error)) *progress {
	return &progress{look: look, looking: make(chan struct{}, 1), changed: make(chan struct{})}
}

func (p *progress) update(change func(s *snapshot)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	change(&p.now)
	close(p.changed)
	p.changed = make(chan struct{})
}

// moved says where the owner stands.
func (p *progress) moved(position int64) { p.update(func(s *snapshot) { s.position = position }) }

// reached says where the owner stands, and that it gets on.
func (p *progress) reached(position int64) {
	p.update(func(s *snapshot) { s.position, s.failure = position, nil })
}

func (p *progress) failed(f Failure) { p.update(func(s *snapshot) { s.failure = &f }) }

func (p *progress) owned(yes bool) {
	p.update(func(s *snapshot) { s.owner, s.failure = yes, nil })
}

func (p *progress) read() (snapshot, <-chan struct{}) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.now, p.changed
}

// wait blocks until the position is reached; [ErrStale] when ctx ends before.
func (p *progress) wait(ctx context.Context, position int64) error {
	for {
		now, changed := p.read()
		if now.position >= position {
			return nil
		}
		looking := p.looking
		if now.owner {
			looking = nil
		}
		select {
		case <-changed:
		case looking <- struct{}{}:
			p.lookOnce(ctx, changed)
			<-p.looking
		case <-ctx.Done():
			if now.failure != nil {
				return ErrStale.Because(now.failure)
			}
			return ErrStale.Because(ctx.Err())
		}
	}
}

// lookOnce learns the position, and takes its time when that is not new.
func (p *progress) lookOnce(ctx context.Context, changed <-chan struct{}) {
	position, err := p.look(ctx)
	if now, _ := p.read(); err == nil && position > now.position {
		p.update(func(s *snapshot) {
			if !s.owner { // by now
				s.position = max(s.position, position)
			}
		})
		return
	}
	select {
	case <-time.After(lookInterval):
	case <-changed:
	case <-ctx.Done():
	}
}
