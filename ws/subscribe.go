package ws

import (
	"context"
	"maps"
	"slices"

	"github.com/composable-go/composable/store"
)

// subscribe begins to follow the topics that are granted, and refuses the others
// one by one. A topic that is followed already goes on as it is.
func (c *conn) subscribe(f inbound) {
	if len(f.Topics) == 0 {
		c.fail(f.ID, errBadFrame.WithField("topics", "name at least one"))
		return
	}
	var names []string
	routes := map[string]bool{}
	for _, name := range f.Topics {
		route, err := c.hub.admits(c.ctx, c.actor, name)
		if err == nil && !c.topics[route] && c.subscriptions()+len(routes) >= c.hub.options.MaxSubscriptions {
			c.hub.options.Observe("limited", "subscriptions")
			err = errSubscriptions
		}
		if err != nil {
			c.fail(f.ID, withTopic(err, name))
			continue
		}
		names = append(names, name)
		if !c.topics[route] {
			routes[route] = true
		}
	}
	if len(names) == 0 {
		return
	}
	if err := c.follow(f, names, routes); err != nil {
		c.fail(f.ID, err)
	}
}

func withTopic(err error, topic string) error {
	if refusal := refusalOf(err); refusal.Kind != store.Internal {
		return refusal.With("topic", topic)
	}
	return err
}

// subscriptions counts topics and queries.
func (c *conn) subscriptions() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.topics) + len(c.queries)
}

func (c *conn) follow(f inbound, names []string, routes map[string]bool) error {
	if f.After == nil {
		c.hub.options.Observe("subscribed", "live")
		c.hub.joinNow(c, f.ID, names, routes, false)
		return nil
	}
	tooFar, err := c.hub.tooFar(c.ctx, *f.After)
	if err != nil {
		return err
	}
	if tooFar {
		c.hub.options.Observe("subscribed", "resync")
		c.hub.joinNow(c, f.ID, names, routes, true)
		return nil
	}
	c.hub.options.Observe("subscribed", "resumed")
	c.send(outbound{Type: "subscribed", ID: f.ID, Topics: names, Seq: f.After}.encode())
	return c.catchUp(routes, *f.After)
}

// tooFar reports whether there is no way from the position to now: it lies too
// far back, or this log has never been there.
func (h *Hub) tooFar(ctx context.Context, after int64) (bool, error) {
	h.mu.Lock()
	position := h.position
	h.mu.Unlock()
	if after <= position {
		return position-after > int64(h.options.MaxReplay), nil
	}
	head, err := h.rt.Log().Wait(ctx, -1) // another node may have been ahead of this one
	if err != nil {
		return false, store.ErrUnavailable.Because(err)
	}
	return after > head, nil
}

// joinNow hands the topics to the live feed from where it is.
func (h *Hub) joinNow(c *conn, id string, names []string, routes map[string]bool, resync bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	seq := h.position
	if resync {
		c.send(outbound{Type: "resync", ID: id, Topics: names, Seq: &seq}.encode())
	}
	c.send(outbound{Type: "subscribed", ID: id, Topics: names, Seq: &seq}.encode())
	h.join(c, routes, seq)
}

// join makes the connection a receiver of what is above floor. The hub is locked.
func (h *Hub) join(c *conn, routes map[string]bool, floor int64) {
	for route := range routes {
		if c.topics == nil {
			c.topics = map[string]bool{}
		}
		c.topics[route] = true
		h.watch(route, c, floor)
	}
}

// catchUp sends what the topics saw after a position, from the log and then from
// memory, until the live feed is reached.
func (c *conn) catchUp(routes map[string]bool, after int64) error {
	for c.ctx.Err() == nil {
		frames, next, ok := c.hub.handOver(c, routes, after)
		if ok {
			c.out.flush()
			return nil
		}
		if next == after {
			var err error
			if frames, next, err = c.hub.past(c.ctx, routes, after); err != nil {
				return store.ErrUnavailable.Because(err)
			}
		}
		if !c.out.replay(c.ctx.Done(), frames) {
			return nil
		}
		after = next
		c.touch()
	}
	return nil
}

// handOver joins the connection to the live feed if memory holds everything since
// after and the queue has room for it; nothing can be delivered meanwhile. Else it
// returns the frames from memory and the position they reach, which is after when
// memory does not go back that far.
func (h *Hub) handOver(c *conn, routes map[string]bool, after int64) (frames [][]byte, next int64, ok bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	messages, ok := h.tail.since(after)
	if !ok {
		return nil, after, false
	}
	for _, m := range messages {
		if routes[m.topic] {
			frames = append(frames, m.frame)
		}
	}
	if !c.out.offer(h.options.MaxQueue/2, frames) {
		return frames, h.position, false
	}
	h.join(c, routes, after) // the client may be ahead of this hub
	return nil, h.position, true
}

// past reads a batch of the log.
func (h *Hub) past(ctx context.Context, routes map[string]bool, after int64) (frames [][]byte, next int64, err error) {
	events, err := h.rt.Log().ReadAll(ctx, after, readBatch)
	if err != nil {
		return nil, after, err
	}
	for _, e := range events {
		for _, m := range h.messages(e, routes) {
			frames = append(frames, m.frame)
		}
		after = e.Position
	}
	return frames, after, nil
}

func (c *conn) unsubscribe(f inbound) {
	c.hub.mu.Lock()
	for _, name := range f.Topics {
		route := c.route(name)
		c.hub.unwatch(route, c)
		delete(c.topics, route)
	}
	c.hub.mu.Unlock()
	c.send(outbound{Type: "unsubscribed", ID: f.ID, Topics: slices.Clone(f.Topics)}.encode())
}

// unfollow ends all that the connection follows.
func (c *conn) unfollow() {
	c.mu.Lock()
	queries := slices.Collect(maps.Values(c.queries))
	c.mu.Unlock()
	for _, q := range queries {
		c.drop(q)
	}
	c.hub.mu.Lock()
	defer c.hub.mu.Unlock()
	for topic := range c.topics {
		c.hub.unwatch(topic, c)
	}
}

// route is the topic as the hub knows it.
func (c *conn) route(topic string) string {
	if topic == me {
		return Me(c.actor.ID)
	}
	return topic
}
