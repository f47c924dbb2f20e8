package ws

import (
	"context"
	"time"
)

// beat pings the clients, and closes connections whose client is silent or whose
// session has expired, until ctx ends. One goroutine does it for all, so that a
// connection at rest has no timer; it may be late by an eighth of PingEvery or
// Silence, whichever is shorter, and by renewTimeout while sessions cannot be asked for.
func (h *Hub) beat(ctx context.Context) {
	ticker := time.NewTicker(min(h.options.PingEvery, h.options.Silence) / 8)
	defer ticker.Stop()
	ping := outbound{Type: "ping"}.encode()
	for {
		select {
		case <-ctx.Done():
			return
		case now := <-ticker.C:
			h.renew(ctx, now, h.look(now, ping))
		}
	}
}

// look returns the connections whose session should have expired by now.
func (h *Hub) look(now time.Time, ping []byte) (expired []*conn) {
	h.mu.Lock()
	for c := range h.conns {
		switch {
		case !c.ends.IsZero() && now.After(c.ends):
			expired = append(expired, c)
		case now.UnixNano()-c.heard.Load() > int64(h.options.Silence):
			c.shut(silent, "no frame for too long")
		case now.Sub(c.pings) >= h.options.PingEvery:
			c.pings = now
			c.receive(message{frame: ping})
		}
	}
	h.unlockAndFlush()
	return expired
}

// renew closes the connections, unless their sessions last longer by now: they were
// used meanwhile. Those of whom that cannot be learnt in time are asked for again.
func (h *Hub) renew(ctx context.Context, now time.Time, expired []*conn) {
	ctx, cancel := context.WithTimeout(ctx, renewTimeout)
	defer cancel()
	for _, c := range expired {
		actor, err := h.check(ctx, c.actor)
		if err != nil {
			continue // those who have ended are closed by now
		}
		if c.ends = actor.SessionEnds; !c.ends.IsZero() && now.After(c.ends) {
			c.shut(sessionEnded, "the session has expired")
		}
	}
}
