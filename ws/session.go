package ws

import (
	"context"
	"errors"
	"time"

	"github.com/composable-go/composable/eventlog"
	"github.com/composable-go/composable/store"
)

// afterlife is how long the hub remembers that a session has ended: longer than
// a handshake or a ticket, which may have begun before, can take.
const afterlife = 2 * ticketLife

// CloseSession closes the sockets of a session with 4401. When it returns, no
// command of theirs is in flight on this node or will be applied. Other nodes learn
// of it by [EndSessions], and meanwhile refuse commands by Options.Check.
func (h *Hub) CloseSession(session string) {
	for _, c := range h.end(session) {
		c.settle()
	}
}

func (h *Hub) end(session string) (closed []*conn) {
	if session == "" {
		return nil
	}
	now := time.Now()
	h.mu.Lock()
	defer h.mu.Unlock()
	for other, at := range h.ended {
		if now.Sub(at) > afterlife {
			delete(h.ended, other)
		}
	}
	h.ended[session] = now
	for c := range h.conns {
		if c.actor.Session == session {
			c.shut(sessionEnded, "the session has ended")
			closed = append(closed, c)
		}
	}
	return closed
}

// check returns the actor as they are by now, if their session still lives. Who finds
// that it does not ends it on this node.
func (h *Hub) check(ctx context.Context, actor store.Actor) (store.Actor, error) {
	if actor.Session == "" || h.options.Check == nil {
		return actor, nil
	}
	now, err := h.options.Check(ctx, actor)
	if refusal, ok := errors.AsType[*store.Refusal](err); ok && refusal.Kind == store.Unauthenticated {
		h.end(actor.Session)
	}
	return now, err
}

func (h *Hub) endSessions(e eventlog.Event) {
	endings := h.endings[e.Stream.Store]
	if endings == nil {
		return
	}
	defer h.contain("the function of EndSessions failed", e)
	sessions, err := endings(e)
	if err != nil {
		h.complain("an event cannot be decoded for EndSessions", e, err)
	}
	for _, session := range sessions {
		h.end(session)
	}
}
