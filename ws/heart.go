package ws

import (
	"context"
	"time"
)

// beat pings the clients and closes connections whose client is silent, until ctx
// ends. One goroutine does it for all, so that a connection at rest has no timer; it
// may be late by an eighth of the shorter of the two times.
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
		if now.UnixNano()-c.heard.Load() > int64(h.options.Silence) {
			c.shut(silent, "no frame for too long")
			continue
		}
		if now.Sub(c.pings) >= h.options.PingEvery {
			c.pings = now
			c.receive(message{frame: ping})
		}
	}
	h.unlockAndFlush()
}
