package ws_test

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/coder/websocket"

	"github.com/composable-go/composable/eventlog"
	"github.com/composable-go/composable/eventlog/memory"
	"github.com/composable-go/composable/eventlog/postgres"
	"github.com/composable-go/composable/internal/pgtest"
	"github.com/composable-go/composable/store"
	"github.com/composable-go/composable/ws"
)

// shared is one node's way to a log that has several; it counts what is written.
type shared struct {
	eventlog.Backend
	cut  atomic.Bool // this node can write no more
	puts atomic.Int64
	put  chan struct{} // has room for one more
}

func (*shared) Exclusive() bool { return false }

func (s *shared) Append(ctx context.Context, batch []eventlog.Append) ([]eventlog.Outcome, error) {
	if s.cut.Load() {
		return nil, errors.New("secret")
	}
	for _, a := range batch {
		for _, change := range a.Rows {
			if change.Row.Kind == "ws_presence" && !change.Delete {
				s.puts.Add(1)
				select {
				case s.put <- struct{}{}:
				default:
				}
			}
		}
	}
	return s.Backend.Append(ctx, batch)
}

func openShared(t *testing.T, backend eventlog.Backend, life time.Duration) (*house, *shared) {
	t.Helper()
	line := &shared{Backend: backend, put: make(chan struct{}, 1)}
	return openOn(t, line, ws.Options{PresenceLife: life}, ws.Presence("room")), line
}

func actorsOf(t *testing.T, f frame) []string {
	t.Helper()
	var list struct{ Actors []string }
	if err := json.Unmarshal(f.Data, &list); err != nil || list.Actors == nil {
		t.Fatalf("%s: %v", f.Data, err)
	}
	return list.Actors
}

// present reads the results of live queries until the list is as it should be. None
// may be what was sent before.
func (c *client) present(want ...string) {
	c.t.Helper()
	for last := ""; ; {
		f := c.want("result")
		if string(f.Data) == last {
			c.t.Errorf("sent again although nothing has changed: %s", f.Data)
		}
		last = string(f.Data)
		if slices.Equal(actorsOf(c.t, f), want) {
			return
		}
	}
}

const watchRoom = `{"type":"query","id":"p","name":"presence","params":{"topic":"room:1"},"live":true}`

func (h *house) enterRoom(actor string) *client {
	h.t.Helper()
	c := h.dial("/ws", "X-Actor", actor)
	c.send(`{"type":"subscribe","topics":["room:1"]}`)
	c.want("subscribed")
	return c
}

func TestPresenceShowsWhoIsThere(t *testing.T) {
	t.Parallel()
	h := open(t, ws.Options{}, ws.Presence("room"))
	watcher := h.dial("/ws")
	watcher.send("%s", watchRoom)
	watcher.present()
	bob := h.enterRoom("bob")
	watcher.present("bob")
	h.enterRoom("ada")
	second := h.enterRoom("ada") // another tab
	h.enterRoom("")              // a stranger is nobody
	watcher.present("ada", "bob")
	if _, f := h.submit("/ws", `{"type":"query","name":"presence","params":{"topic":"room:1"}}`); !slices.Equal(actorsOf(t, f), []string{"ada", "bob"}) {
		t.Errorf("by POST: %s", f.Data)
	}
	bob.send(`{"type":"unsubscribe","topics":["room:1","room:2"]}`)
	bob.want("unsubscribed")
	watcher.present("ada")
	if err := second.Close(websocket.StatusNormalClosure, ""); err != nil {
		t.Fatal(err)
	}
	bob.send(`{"type":"subscribe","topics":["room:1"]}`)
	bob.want("subscribed")
	watcher.present("ada", "bob") // ada's other tab is still there
	watcher.send(`{"type":"unquery","id":"p"}`)
	watcher.send(`{"type":"ping"}`)
	watcher.want("pong")

	for params, code := range map[string]string{
		`{"topic":"room:locked"}`: "forbidden", `{"topic":"wall"}`: "forbidden", `{"topic":"me"}`: "forbidden",
		`{"topic":7}`: "bad_request", `{}`: "forbidden",
	} {
		watcher.send(`{"type":"query","id":"q","name":"presence","params":%s}`, params)
		watcher.refused("q", code)
	}
	rows, err := h.rt.RowsOf(t.Context(), "ws_presence", hashOf("room:1"))
	if err != nil || len(rows) > 0 {
		t.Errorf("on the only node rows are written: %v, %v", rows, err)
	}
}

func TestPresenceOnTwoNodes(t *testing.T) {
	t.Parallel()
	for name, nodes := range map[string]func(*testing.T) (a, b eventlog.Backend){"memory": inMemory, "postgres": onPostgres} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			testPresenceOnTwoNodes(t, nodes)
		})
	}
}

func inMemory(*testing.T) (a, b eventlog.Backend) {
	log := memory.New()
	return log, log
}

func onPostgres(t *testing.T) (a, b eventlog.Backend) {
	t.Helper()
	url := pgtest.URL(t)
	var nodes [2]eventlog.Backend
	for i := range nodes {
		log, err := postgres.Open(t.Context(), url)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = log.Close() })
		nodes[i] = log
	}
	return nodes[0], nodes[1]
}

func testPresenceOnTwoNodes(t *testing.T, nodes func(*testing.T) (a, b eventlog.Backend)) {
	a, b := nodes(t)
	north, _ := openShared(t, a, time.Hour)
	south, line := openShared(t, b, time.Hour)
	watcher := north.dial("/ws")
	watcher.send("%s", watchRoom)
	watcher.present()
	bob := south.enterRoom("bob")
	north.enterRoom("ada")
	watcher.present("ada", "bob")
	for range 100 { // many changes at once are written together
		bob.send(`{"type":"unsubscribe","topics":["room:1"]}`)
		bob.want("unsubscribed")
		bob.send(`{"type":"subscribe","topics":["room:1"]}`)
		bob.want("subscribed")
	}
	cid := south.enterRoom("cid")
	watcher.present("ada", "bob", "cid")
	if puts := line.puts.Load(); puts > 50 {
		t.Errorf("%d rows were written for 102 changes", puts)
	}
	closed := make(chan error, 1)
	go func() { closed <- south.hub.Close(context.Background()) }()
	bob.closed(websocket.StatusGoingAway)
	cid.closed(websocket.StatusGoingAway)
	if err := <-closed; err != nil {
		t.Fatal(err)
	}
	watcher.present("ada") // an orderly end is known at once, not in an hour
}

func TestAKilledNodeIsForgotten(t *testing.T) {
	t.Parallel()
	log := memory.New()
	north, _ := openShared(t, log, time.Hour)
	south, line := openShared(t, log, 500*time.Millisecond)
	watcher := north.enterRoom("ada")
	watcher.send("%s", watchRoom)
	watcher.present("ada")
	south.enterRoom("bob")
	watcher.present("ada", "bob")
	for range 6 { // a node that lives says so before its row expires
		<-line.put
		if f := watcher.ask(watchOnce); !slices.Equal(actorsOf(t, f), []string{"ada", "bob"}) {
			t.Fatalf("got %s", f.Data)
		}
	}
	line.cut.Store(true) // as good as dead
	watcher.present("ada")
	line.cut.Store(false)
	watcher.present("ada", "bob") // it was only the line
}

const watchOnce = `{"type":"query","id":"once","name":"presence","params":{"topic":"room:1"}}`

// ask sends the query "once" and returns the answer.
func (c *client) ask(query string) frame {
	c.t.Helper()
	c.send("%s", query)
	for {
		if f := c.want("result"); f.ID == "once" {
			return f
		}
	}
}

func TestPresenceSurvivesAMalformedRow(t *testing.T) {
	t.Parallel()
	h, _ := openShared(t, memory.New(), time.Hour)
	row := store.Row{Kind: "ws_presence", Key: "x", Owner: hashOf("room:1"), Data: []byte("?"), Expires: time.Now().Add(time.Hour)}
	if err := h.rt.Change(t.Context(), store.Put(row)); err != nil {
		t.Fatal(err)
	}
	c := h.dial("/ws")
	c.send("%s", watchRoom)
	c.refused("p", "internal")
	row.Data = []byte(`["eve"]`)
	if err := h.rt.Change(t.Context(), store.Put(row)); err != nil {
		t.Fatal(err)
	}
	c.send("%s", strings.Replace(watchRoom, `"p"`, `"q"`, 1))
	c.present("eve")
}
