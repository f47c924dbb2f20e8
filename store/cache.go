package store

import (
	"container/list"
	"sync"
	"sync/atomic"
)

// cell is the fold of one stream as this process knows it. The cache guards users
// and place, mu the rest.
type cell[S any] struct {
	key   string
	users int
	place *list.Element

	mu       sync.Mutex
	loaded   bool
	closed   bool
	state    S
	version  int64                  // of state, commits in flight included
	position int64                  // of the last event when it was loaded
	ids      ids                    // of the event that is being folded
	snapshot int64                  // the version of the latest snapshot, 0 when none is known
	lineage  *lineage               // of the commits since it was loaded
	tail     atomic.Pointer[commit] // the latest of them, nil when there was none
}

// sound reports whether the state may be decided on.
func (c *cell[S]) sound() bool { return c.loaded && !c.lineage.broken.Load() }

func (c *cell[S]) idle() bool {
	tail := c.tail.Load()
	return tail == nil || tail.settled()
}

// reset forgets the stream, to be loaded again.
func (c *cell[S]) reset() {
	var empty S
	c.loaded, c.closed, c.state, c.version, c.position, c.snapshot = false, false, empty, 0, 0, 0
	c.lineage = &lineage{}
	c.tail.Store(nil)
}

// cache keeps the cells in use, and of the others those used last.
type cache[S any] struct {
	maxCells, maxUsers int

	mu    sync.Mutex
	cells map[string]*cell[S]
	order list.List // front: used last
}

func newCache[S any](maxCells, maxUsers int) *cache[S] {
	return &cache[S]{maxCells: maxCells, maxUsers: maxUsers, cells: map[string]*cell[S]{}}
}

// acquire returns the key's cell, to be given back with release; nil when too
// many use it already.
func (c *cache[S]) acquire(key string) *cell[S] {
	c.mu.Lock()
	defer c.mu.Unlock()
	found, ok := c.cells[key]
	if !ok {
		found = &cell[S]{key: key}
		found.place = c.order.PushFront(found)
		c.cells[key] = found
		c.evict()
	}
	if found.users >= c.maxUsers {
		return nil
	}
	found.users++
	c.order.MoveToFront(found.place)
	return found
}

func (c *cache[S]) release(used *cell[S]) {
	c.mu.Lock()
	used.users--
	c.mu.Unlock()
}

// evict drops the oldest cell that is neither used nor being committed: a second
// cell of a stream in use would be decided on without knowing of the first.
func (c *cache[S]) evict() {
	for e := c.order.Back(); e != nil && len(c.cells) > c.maxCells; {
		oldest := e.Value.(*cell[S])
		e = e.Prev()
		if oldest.users == 0 && oldest.place != c.order.Front() && oldest.idle() {
			c.order.Remove(oldest.place)
			delete(c.cells, oldest.key)
		}
	}
}
