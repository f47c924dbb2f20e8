package ws_test

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"github.com/composable-go/composable/store"
	"github.com/composable-go/composable/web"
	"github.com/composable-go/composable/ws"
)

// register says which session has ended, before the hub is told of it.
type register struct{ ended atomic.Value }

func (r *register) check(_ context.Context, actor store.Actor) (store.Actor, error) {
	switch r.ended.Load() {
	case actor.Session:
		return actor, web.ErrUnauthenticated
	case "unknown":
		return actor, store.ErrUnavailable
	}
	return actor, nil
}

func TestACommandIsDecidedForTheActorAsTheyAreByThen(t *testing.T) {
	t.Parallel()
	var level atomic.Int64
	h := open(t, ws.Options{Check: func(_ context.Context, actor store.Actor) (store.Actor, error) {
		actor.Level = int(level.Load())
		return actor, nil
	}})
	const who = `{"type":"command","store":"room","key":"1","id":%q,"action":{"Say":{"Text":"who"}}}`
	c := h.meet("X-Actor", "ada", "X-Session", "s1")
	for i, l := range []int64{1, 2, 1} {
		level.Store(l)
		c.send(who, strconv.Itoa(i))
		c.want("ack")
	}
	if got, want := h.heard("1"), []string{"ada 1", "ada 2", "ada 1"}; !slices.Equal(got, want) {
		t.Errorf("heard %q, want %q", got, want)
	}
}

func TestASocketLastsAsLongAsItsSessionByThen(t *testing.T) {
	t.Parallel()
	asked, ends := make(chan struct{}, 8), make(chan time.Time)
	h := open(t, ws.Options{PingEvery: 80 * time.Millisecond, Check: func(ctx context.Context, actor store.Actor) (store.Actor, error) {
		asked <- struct{}{}
		select {
		case actor.SessionEnds = <-ends:
			return actor, nil
		case <-ctx.Done():
			return actor, store.ErrTimeout
		}
	}})
	c := h.dial("/ws", "X-Actor", "ada", "X-Session", "s1", "X-Life", "1ms")
	<-asked
	ends <- time.Now().Add(10 * time.Millisecond) // it was used meanwhile
	<-asked
	c.send(`{"type":"ping"}`)
	c.want("pong")
	ends <- time.Now().Add(-time.Hour) // not any more
	c.closed(4401)
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
