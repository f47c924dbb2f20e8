package ws

import (
	"context"
	"time"
)

// beat pings the clients, and closes connections whose client is silent or whose
// session has expired, until ctx ends. One goroutine does it for all, so that a
// connection at rest has no timer; it may be late by an eighth of PingEvery or
// Silence, whichever is shorter.
func (h *Hub) beat(ctx context.Context) {
	ticker := time.NewTicker(min(h.options.PingEvery, h.options.Silence) / 8)
	defer ticker.Stop()
	ping := outbound{Type: "ping"}.encode()
	for {
		select {
		case <-ctx.Done():
			return
		case now := <-ticker.C:
			h.look(now, ping)
		}
	}
}

func (h *Hub) look(now time.Time, ping []byte) {
	h.mu.Lock()
	for c := range h.conns {
		switch ends := c.actor.SessionEnds; {
		case !ends.IsZero() && now.After(ends):
			c.shut(sessionEnded, "the session has expired")
		case now.UnixNano()-c.heard.Load() > int64(h.options.Silence):
			c.shut(silent, "no frame for too long")
		case now.Sub(c.pings) >= h.options.PingEvery:
			c.pings = now
			c.receive(message{frame: ping})
		}
	}
	h.unlockAndFlush()
}
