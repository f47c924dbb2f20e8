package soaktest

import "sync"

// counter is a number that only grows, and that one can wait for.
type counter struct {
	mu      sync.Mutex
	n       int64
	waiting map[int64]chan struct{}
}

func (c *counter) now() int64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.n
}

// add adds one.
func (c *counter) add() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.set(c.n + 1)
}

// raise sets the counter to n unless it is above already.
func (c *counter) raise(n int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.set(max(c.n, n))
}

func (c *counter) set(n int64) {
	c.n = n
	for at, reached := range c.waiting {
		if at <= n {
			close(reached)
			delete(c.waiting, at)
		}
	}
}

// reached returns a channel that is closed once the counter is n.
func (c *counter) reached(n int64) <-chan struct{} {
	c.mu.Lock()
	defer c.mu.Unlock()
	reached, known := c.waiting[n]
	if known {
		return reached
	}
	reached = make(chan struct{})
	if c.n >= n {
		close(reached)
		return reached
	}
	if c.waiting == nil {
		c.waiting = map[int64]chan struct{}{}
	}
	c.waiting[n] = reached
	return reached
}
