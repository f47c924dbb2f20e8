package store

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"github.com/composable-go/composable/eventlog"
)

// commitTimeout bounds one transaction.
const commitTimeout = 30 * time.Second

// lineage connects appends of a stream that were decided one on the outcome of
// the other: after the first that fails, none of the later ones may commit.
type lineage struct{ broken atomic.Bool }

// errDerailed is the conflict of an append that was decided on one that failed.
var errDerailed = errors.New("store: decided on what was not committed")

// content is what one action decided.
type content struct {
	append eventlog.Append
	tasks  []*task // begin once it is durable
}

// commit is one append on its way to the log. A stream keeps its last one, without
// the content.
type commit struct {
	content *content // nil when settled
	lineage *lineage
	done    chan struct{}
	outcome eventlog.Outcome // valid after done
}

func newCommit(c *content, l *lineage) *commit {
	return &commit{content: c, lineage: l, done: make(chan struct{})}
}

// settledCommit is an outcome that needed no append.
func settledCommit(o eventlog.Outcome) *commit {
	c := &commit{done: make(chan struct{}), outcome: o}
	close(c.done)
	return c
}

func (c *commit) settled() bool {
	select {
	case <-c.done:
		return true
	default:
		return false
	}
}

// wait returns the outcome. When ctx ends first the commit goes on, and the
// caller learns only that its outcome is not known yet.
func (c *commit) wait(ctx context.Context) (eventlog.Outcome, error) {
	if c.settled() { // whatever has become of ctx
		return c.outcome, refusalOf(c.outcome.Err)
	}
	select {
	case <-c.done:
		return c.outcome, refusalOf(c.outcome.Err)
	case <-ctx.Done():
		return eventlog.Outcome{}, ErrTimeout.Because(ctx.Err())
	}
}

func refusalOf(err error) error {
	var claim *eventlog.ClaimError
	var row *eventlog.RowError
	switch {
	case err == nil:
		return nil
	case errors.Is(err, eventlog.ErrConflict), errors.Is(err, errDerailed):
		return ErrConflict.Because(err)
	case errors.Is(err, eventlog.ErrMismatch):
		return ErrMismatch.Because(err)
	case errors.As(err, &claim):
		return ErrTaken.Because(err)
	case errors.As(err, &row):
		return ErrRow.Because(err)
	case errors.Is(err, eventlog.ErrStatement):
		return ErrInternal.Because(err)
	}
	return unavailable(err)
}

// committer turns concurrent commits into few transactions: while one is being
// written, the next batch gathers.
type committer struct {
	log       eventlog.Log
	maxBatch  int
	committed func(*content)
	failed    func(*content)

	mu      sync.Mutex
	queue   []*commit
	running bool
	direct  bool // commits are written by whoever submits them
	wake    chan struct{}
	stopped sync.WaitGroup
}

func newCommitter(log eventlog.Log, maxBatch int, committed, failed func(*content)) *committer {
	return &committer{
		log: log, maxBatch: maxBatch, committed: committed, failed: failed,
		wake: make(chan struct{}, 1),
	}
}

func (c *committer) start(direct bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.running, c.direct = true, direct
	if !direct {
		c.stopped.Go(c.run)
	}
}

// stop commits what is queued and refuses what comes later.
func (c *committer) stop() {
	c.mu.Lock()
	if c.running {
		c.running = false
		c.signal()
	}
	c.mu.Unlock()
	c.stopped.Wait()
}

func (c *committer) signal() {
	select {
	case c.wake <- struct{}{}:
	default:
	}
}

var errStopped = errors.New("store: the runtime is not running; call Start first, and send nothing after Close")

// submit queues a commit. Commits of one lineage must be submitted in the order
// in which they were decided.
func (c *committer) submit(one *commit) {
	c.mu.Lock()
	running, direct := c.running, c.direct
	if running && !direct {
		c.queue = append(c.queue, one)
		c.signal()
	}
	c.mu.Unlock()
	switch {
	case !running:
		c.settle(one, eventlog.Outcome{Err: errStopped})
	case direct:
		c.write([]*commit{one})
	}
}

func (c *committer) run() {
	for {
		batch, more := c.next()
		if !more {
			return
		}
		c.write(batch)
	}
}

// next blocks until something is queued and takes it; more is false when the
// committer was stopped and the queue is empty.
func (c *committer) next() (batch []*commit, more bool) {
	for {
		c.mu.Lock()
		n := min(len(c.queue), c.maxBatch)
		batch, c.queue = c.queue[:n:n], c.queue[n:]
		running := c.running
		c.mu.Unlock()
		if n > 0 || !running {
			return batch, n > 0
		}
		<-c.wake
	}
}

func (c *committer) write(batch []*commit) {
	sound := batch[:0]
	for _, commit := range batch {
		if commit.lineage.broken.Load() {
			c.settle(commit, eventlog.Outcome{Err: errDerailed})
			continue
		}
		sound = append(sound, commit)
	}
	if len(sound) == 0 {
		return
	}
	appends := make([]eventlog.Append, len(sound))
	for i, commit := range sound {
		appends[i] = commit.content.append
	}
	ctx, cancel := context.WithTimeout(context.Background(), commitTimeout)
	defer cancel()
	outcomes, err := c.log.Append(ctx, appends)
	if errors.Is(err, eventlog.ErrStatement) && len(sound) > 1 {
		for _, one := range sound { // which of them it was shows when each is alone
			c.write([]*commit{one})
		}
		return
	}
	for i, commit := range sound {
		if err != nil {
			c.settle(commit, eventlog.Outcome{Err: err})
			continue
		}
		c.settle(commit, outcomes[i])
	}
}

func (c *committer) settle(commit *commit, o eventlog.Outcome) {
	if errors.Is(o.Err, eventlog.ErrConflict) && commit.lineage.broken.Load() {
		o.Err = errDerailed
	}
	if o.Err != nil || o.Duplicate {
		commit.lineage.broken.Store(true)
		c.failed(commit.content)
	} else {
		c.committed(commit.content)
	}
	commit.content, commit.outcome = nil, o
	close(commit.done)
}
