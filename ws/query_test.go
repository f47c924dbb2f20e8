package ws_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"runtime"
	"sync/atomic"
	"testing"
	"time"

	"github.com/coder/websocket"

	"github.com/composable-go/composable/store"
	"github.com/composable-go/composable/web"
	"github.com/composable-go/composable/ws"
)

// readModel is a query whose runs and whose waiting the test steps through.
type readModel struct {
	waited  chan int64
	runs    chan struct{} // one run begins per value; closed: all may
	running atomic.Int32
	most    atomic.Int32
}

func (m *readModel) wait(ctx context.Context, position int64) error {
	if position == 1000 { // never arrives
		<-ctx.Done()
		return ctx.Err()
	}
	m.waited <- position
	return nil
}

func (m *readModel) run(ctx context.Context, actor store.Actor, params json.RawMessage) (any, error) {
	m.most.Store(max(m.most.Load(), m.running.Add(1)))
	defer m.running.Add(-1)
	select {
	case <-m.runs:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	return map[string]any{"actor": actor.ID, "params": params}, nil
}

func (m *readModel) exposures() []ws.Exposure {
	fail := func(err error) func(context.Context, store.Actor, json.RawMessage) (any, error) {
		return func(context.Context, store.Actor, json.RawMessage) (any, error) { return nil, err }
	}
	wall := func(json.RawMessage) []string { return []string{"wall"} }
	return []ws.Exposure{
		ws.Query("model", m.run, wall),
		ws.Query("refused", fail(web.ErrNotFound), wall),
		ws.Query("unavailable", fail(store.ErrUnavailable), wall),
		ws.Query("broken", fail(errors.New("secret")), nil),
		ws.Query("panic", func(context.Context, store.Actor, json.RawMessage) (any, error) { panic("secret") }, nil),
	}
}

func TestALiveQueryRunsOnceForManyEvents(t *testing.T) {
	t.Parallel()
	m := &readModel{waited: make(chan int64, 100), runs: make(chan struct{})}
	h := open(t, ws.Options{Wait: m.wait}, m.exposures()...)
	h.say("1", "before")
	c := h.dial("/ws", "X-Actor", "ada")
	c.send(`{"type":"subscribe","id":"s","topics":["wall"]}`) // tells when the hub has delivered
	c.want("subscribed")
	c.send(`{"type":"query","id":"q1","name":"model","params":{"a":1},"live":true}`)
	m.runs <- struct{}{}
	if f := c.want("result"); f.ID != "q1" || f.Position != 1 || string(f.Data) != `{"actor":"ada","params":{"a":1}}` {
		t.Errorf("result %+v %s", f, f.Data)
	}
	h.say("1", "first")
	c.want("event")
	for <-m.waited != 2 { // the run for it is under way
	}
	for i := range 10 {
		h.say("1", fmt.Sprint(i))
		c.want("event")
	}
	m.runs <- struct{}{}
	if f := c.want("result"); f.Position != 2 {
		t.Errorf("result at %d, want 2", f.Position)
	}
	m.runs <- struct{}{}
	if f := c.want("result"); f.Position != 12 {
		t.Errorf("result at %d, want all ten at once", f.Position)
	}
	if m.most.Load() != 1 {
		t.Errorf("%d runs at a time", m.most.Load())
	}
	c.send(`{"type":"unquery","id":"q1"}`)
	c.send(`{"type":"ping"}`)
	c.want("pong")
	h.say("1", "unheard")
	c.want("event")
	c.send(`{"type":"query","id":"q2","name":"model","after":5}`)
	for <-m.waited != 5 {
	}
	m.runs <- struct{}{}
	if f := c.want("result"); f.ID != "q2" || f.Position != 5 {
		t.Errorf("result %+v", f)
	}
}

func TestQueriesThatFail(t *testing.T) {
	t.Parallel()
	m := &readModel{waited: make(chan int64, 100), runs: make(chan struct{})}
	close(m.runs)
	h := open(t, ws.Options{Wait: m.wait, ReadWait: time.Millisecond, MaxSubscriptions: 1}, m.exposures()...)
	c := h.dial("/ws")
	for frame, code := range map[string]string{
		`"id":"q","name":"nothing"`:                        "not_found",
		`"id":"q","name":"broken"`:                         "internal",
		`"id":"q","name":"panic"`:                          "internal",
		`"id":"q","name":"model","after":1000,"live":true`: "stale",
		`"id":"q","name":"unavailable","live":true`:        "unavailable",
	} {
		c.send(`{"type":"query",%s}`, frame)
		c.refused("q", code)
	}
	c.send(`{"type":"query","name":"model"}`)
	c.refused("", "bad_request")
	// A refusal that may pass with the next event leaves the query alive.
	c.send(`{"type":"query","id":"q","name":"refused","live":true}`)
	c.refused("q", "not_found")
	h.say("1", "x")
	c.refused("q", "not_found")
	c.send(`{"type":"query","id":"r","name":"model"}`)
	c.refused("r", "too_many_subscriptions")
	c.send(`{"type":"query","id":"q","name":"model","live":true}`) // takes the place of the former
	c.want("result")
}

func TestQueriesEndWithTheirConnection(t *testing.T) {
	t.Parallel()
	m := &readModel{waited: make(chan int64, 100), runs: make(chan struct{})}
	h := open(t, ws.Options{}, m.exposures()...)
	c := h.dial("/ws")
	c.send(`{"type":"query","id":"q","name":"model","live":true}`)
	for m.running.Load() == 0 {
		runtime.Gosched()
	}
	if err := c.Close(websocket.StatusNormalClosure, ""); err != nil {
		t.Fatal(err)
	}
	if err := h.hub.Close(t.Context()); err != nil || m.running.Load() != 0 {
		t.Errorf("%d runs go on: %v", m.running.Load(), err)
	}
}
