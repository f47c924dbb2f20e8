package ws_test

import (
	"context"
	"net/http"
	"slices"
	"sync/atomic"
	"testing"

	"github.com/composable-go/composable/store"
	"github.com/composable-go/composable/web"
	"github.com/composable-go/composable/ws"
)

// register says which session has ended, before the hub is told of it.
type register struct{ ended atomic.Value }

func (r *register) check(_ context.Context, actor store.Actor) (store.Actor, error) {
	switch r.ended.Load() {
	case actor.Session:
		return store.Actor{}, web.ErrUnauthenticated
	case "unknown":
		return store.Actor{}, store.ErrUnavailable
	}
	return actor, nil
}

func TestNoCommandIsAppliedOnceItsSessionHasEnded(t *testing.T) {
	t.Parallel()
	var sessions register
	h := open(t, ws.Options{Check: sessions.check})
	const command = `{"type":"command","id":"c","store":"room","key":"1","action":{"Say":{"Text":"too late"}}}`
	busy, idle := h.meet("X-Actor", "ada", "X-Session", "s1"), h.meet("X-Actor", "ada", "X-Session", "s1")
	other, stranger := h.meet("X-Actor", "ada", "X-Session", "s2"), h.meet()

	sessions.ended.Store("unknown")
	busy.send(command)
	busy.refused("c", "unavailable") // in doubt it is not applied, and no session has ended

	_, ticket := h.post("/ws/ticket", "X-Actor", "ada", "X-Session", "s1")
	sessions.ended.Store("s1")
	busy.send(command)
	busy.closed(4401)
	idle.closed(4401)
	if status, f := h.submit("/ws", command, "X-Actor", "ada", "X-Session", "s1"); status != http.StatusUnauthorized || f.Code != "unauthenticated" {
		t.Errorf("by POST: %d %+v", status, f)
	}
	if _, response, err := h.tryDial("/ws?ticket=" + ticketOf(t, ticket)); err == nil || response.StatusCode != http.StatusUnauthorized {
		t.Errorf("a ticket of the session was good: %v", response)
	}
	for text, c := range map[string]*client{"other": other, "stranger": stranger} {
		c.send(`{"type":"command","id":"c","store":"room","key":"2","action":{"Say":{"Text":%q}}}`, text)
		c.want("ack")
	}
	if got := h.heard("1"); !slices.Equal(got, nil) {
		t.Errorf("heard %v", got)
	}
}

func TestASessionThatExpiresClosesItsSocket(t *testing.T) {
	t.Parallel()
	h := open(t, ws.Options{})
	lasting := h.meet("X-Actor", "ada", "X-Session", "s1", "X-Life", "1h")
	_, ticket := h.post("/ws/ticket", "X-Actor", "ada", "X-Session", "s2", "X-Life", "300ms")
	h.dial("/ws", "X-Actor", "ada", "X-Session", "s3", "X-Life", "100ms").closed(4401)
	h.dial("/ws?ticket=" + ticketOf(t, ticket)).closed(4401)
	lasting.send(`{"type":"ping"}`)
	lasting.want("pong")
}
