package ws

import (
	"context"
	"time"
)

// Status is what a hub is busy with.
type Status struct {
	Connections   int
	Topics        int           // that somebody follows on this node, live queries included
	Subscriptions int           // of all connections and live queries, to all topics
	Queued        int           // bytes that wait for all readers together
	LongestQueue  int           // bytes that wait for the slowest of them, see Options.MaxQueue
	Position      int64         // of the last event that was delivered
	Lag           int64         // events behind the head of the log
	Age           time.Duration // of the oldest event that is not delivered; 0 when there is none
}

// Status reports on the hub. It asks the log for its head, and for one event when
// the hub is behind; what it says of connections is there also with an error.
func (h *Hub) Status(ctx context.Context) (Status, error) {
	s := h.load()
	head, err := h.rt.Log().Wait(ctx, -1)
	if s.Lag = max(0, head-s.Position); err != nil || s.Lag == 0 {
		return s, err
	}
	oldest, err := h.rt.Log().ReadAll(ctx, s.Position, 1)
	if len(oldest) > 0 {
		s.Age = max(0, time.Since(oldest[0].Meta.At))
	}
	return s, err
}

func (h *Hub) load() Status {
	h.mu.Lock()
	defer h.mu.Unlock()
	s := Status{Connections: len(h.conns), Topics: len(h.receivers), Position: h.position}
	for _, a := range h.receivers {
		s.Subscriptions += len(a.members)
	}
	for c := range h.conns {
		queued := c.out.queued()
		s.Queued += queued
		s.LongestQueue = max(s.LongestQueue, queued)
	}
	return s
}

// queued returns the bytes that wait.
func (o *outbox) queued() int {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.size
}
