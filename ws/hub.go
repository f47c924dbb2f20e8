package ws

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime"
	"slices"
	"sync"
	"time"

	"github.com/composable-go/composable/eventlog"
	"github.com/composable-go/composable/store"
)

const (
	readBatch    = 512
	deliverBatch = 64  // events; the hub is locked meanwhile
	flushShare   = 256 // sockets, for which it is not worth to begin another goroutine
	retryPause   = 500 * time.Millisecond
)

// Hub follows the log and serves the connections of one node.
type Hub struct {
	rt      *store.Runtime
	options Options

	// Written by Add, before Start.
	stores  map[string]exposed
	endings map[string]func(eventlog.Event) (sessions []string, err error)
	grants  map[string]grant
	queries map[string]query

	published map[string][]any              // by topic prefix
	carries   map[string]map[string]carried // the same by wire name
	presence  *presence                     // nil: nobody asks for it

	posts   meters
	stop    context.CancelFunc // nil before Start
	running sync.WaitGroup
	buffers sync.Pool // of *buffer

	mu        sync.Mutex
	position  int64 // of the last event that was delivered
	tail      tail
	receivers receivers // by topic
	waiting   []*outbox // to be flushed once the hub is unlocked
	conns     map[*conn]struct{}
	perActor  map[string]int
	ended     map[string]time.Time // sessions closed lately
	closing   bool
	emptied   chan struct{} // closed when closing and the last connection has left
}

// NewHub returns a hub that serves nothing yet. It does nothing before
// [Hub.Start].
func NewHub(rt *store.Runtime, options Options) *Hub {
	options = options.withDefaults()
	return &Hub{
		rt: rt, options: options,
		stores: map[string]exposed{}, grants: map[string]grant{}, queries: map[string]query{},
		published: map[string][]any{},
		endings:   map[string]func(eventlog.Event) ([]string, error){},
		tail:      tail{limit: options.Recent},
		receivers: receivers{}, conns: map[*conn]struct{}{},
		perActor: map[string]int{}, ended: map[string]time.Time{},
		buffers: sync.Pool{New: newBuffer}, emptied: make(chan struct{}),
	}
}

// Add opens stores, topics and queries to clients. It panics on what is opened
// twice, and after Start.
func (h *Hub) Add(exposures ...Exposure) {
	if h.stop != nil {
		panic("ws: Hub.Add after Start; add everything first")
	}
	for _, add := range exposures {
		add(h)
	}
	h.resolve()
}

// Start begins to follow the log from where it is now; ctx bounds only that
// look.
func (h *Hub) Start(ctx context.Context) error {
	head, err := h.rt.Log().Wait(ctx, -1)
	if err != nil {
		return fmt.Errorf("ws: cannot read the log's head: %w", err)
	}
	h.position = head
	h.tail.reset(head)
	running, stop := context.WithCancel(context.Background())
	h.stop = stop
	h.running.Go(func() { h.follow(running) })
	h.running.Go(func() { h.beat(running) })
	if h.presence != nil {
		h.running.Go(func() { h.presence.run(running) })
	}
	return nil
}

// Close accepts nobody any more, lets commands in flight finish, and closes every
// connection with 1001. When ctx ends first the rest is cut off and the context's
// error returned.
func (h *Hub) Close(ctx context.Context) error {
	h.mu.Lock()
	if !h.closing {
		h.closing = true
		if len(h.conns) == 0 {
			close(h.emptied)
		}
	}
	for c := range h.conns {
		c.shut(goingAway, "the server is closing")
	}
	h.mu.Unlock()
	defer h.running.Wait()
	if h.stop != nil {
		defer h.stop()
	}
	select {
	case <-h.emptied:
		return nil
	case <-ctx.Done():
	}
	h.mu.Lock()
	for c := range h.conns {
		go c.ws.CloseNow()
	}
	h.mu.Unlock()
	return ctx.Err()
}

// Connections returns how many are open.
func (h *Hub) Connections() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.conns)
}

func (h *Hub) follow(ctx context.Context) {
	for ctx.Err() == nil {
		err := h.advance(ctx)
		if err == nil || ctx.Err() != nil {
			continue
		}
		h.options.Logger.Error("the hub cannot read the log and tries again", "error", err)
		pause(ctx, retryPause)
	}
}

func pause(ctx context.Context, d time.Duration) {
	select {
	case <-time.After(d):
	case <-ctx.Done():
	}
}

// advance delivers what has been recorded since the last time, once there is
// something. Only the follower moves the position, so it may read it.
func (h *Hub) advance(ctx context.Context) error {
	if _, err := h.rt.Log().Wait(ctx, h.position); err != nil {
		return err
	}
	events, err := h.rt.Log().ReadAll(ctx, h.position, readBatch)
	if err != nil {
		return err
	}
	for chunk := range slices.Chunk(events, deliverBatch) {
		for _, e := range chunk {
			h.endSessions(e)
		}
		if !h.skip(chunk[len(chunk)-1].Position) {
			h.pass(chunk)
		}
	}
	return nil
}

// skip passes over events that nobody can be interested in, unseen.
func (h *Hub) skip(position int64) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.receivers) > 0 {
		return false
	}
	h.position = position
	h.tail.reset(position)
	return true
}

// pass delivers events together, as far as a queue has room for them.
func (h *Hub) pass(events []eventlog.Event) {
	var messages []message
	size := 0
	for i, e := range events {
		for _, m := range h.messages(e, nil) {
			messages = append(messages, m)
			size += len(m.frame)
		}
		if i == len(events)-1 || size > h.options.MaxQueue/4 {
			h.deliver(e.Position, messages)
			messages, size = nil, 0
		}
	}
}

// deliver queues the messages for those who receive their topics and writes them.
func (h *Hub) deliver(position int64, messages []message) {
	h.mu.Lock()
	h.position = position
	h.tail.add(messages)
	for _, m := range messages {
		for _, member := range h.receivers.of(m.topic) {
			if m.seq > member.floor {
				member.receive(m)
			}
		}
	}
	h.unlockAndFlush()
}

// unlockAndFlush writes what was queued under the lock, on all cores where it is much.
func (h *Hub) unlockAndFlush() {
	waiting := h.waiting
	h.waiting = nil
	h.mu.Unlock()
	if len(waiting) <= flushShare {
		flush(waiting)
		return
	}
	var all sync.WaitGroup
	cores := runtime.GOMAXPROCS(0)
	for share := range slices.Chunk(waiting, max(flushShare, (len(waiting)+cores-1)/cores)) {
		all.Go(func() { flush(share) })
	}
	all.Wait()
}

func flush(waiting []*outbox) {
	for _, out := range waiting {
		out.flush()
	}
}

// messages returns what the event's view publishes to the topics, nil meaning
// all. What a faulty view fails to publish is logged and lost, for everybody.
func (h *Hub) messages(e eventlog.Event, topics map[string]bool) (encoded []message) {
	shown := h.stores[e.Stream.Store]
	if shown.view == nil {
		return nil
	}
	defer h.contain("a view failed", e)
	published, err := shown.view(e)
	if err != nil {
		h.complain("an event cannot be decoded for its view", e, err)
		return nil
	}
	seen := map[string]bool{}
	for _, m := range published {
		if topics != nil && !topics[m.Topic] {
			continue
		}
		if seen[m.Topic] {
			h.complain("a view published twice to one topic; only the first is sent", e, errors.New(m.Topic))
			continue
		}
		seen[m.Topic] = true
		message, err := h.encode(shown, e, m)
		if err != nil {
			h.complain("what a view published cannot be sent", e, err)
			continue
		}
		encoded = append(encoded, message)
	}
	return encoded
}

// contain keeps a panic in the application's function from ending the process.
func (h *Hub) contain(what string, e eventlog.Event) {
	if v := recover(); v != nil {
		h.complain(what, e, fmt.Errorf("panic: %v", v))
	}
}

func (h *Hub) complain(what string, e eventlog.Event, err error) {
	h.options.Logger.Error(what, "error", err, slog.String("stream", e.Stream.String()),
		"event", e.Name, "position", e.Position, "correlation_id", e.Meta.CorrelationID)
}
