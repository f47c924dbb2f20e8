package ws_test

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/coder/websocket"

	"github.com/composable-go/composable/store"
	"github.com/composable-go/composable/ws"
)

func TestTheCallerIsKnownBeforeTheUpgrade(t *testing.T) {
	t.Parallel()
	h := open(t, ws.Options{Origins: []string{"*.example.com"}})
	_, response, err := h.tryDial("/ws", "X-Actor", "revoked")
	if err == nil || response.StatusCode != http.StatusUnauthorized ||
		response.Header.Get("Content-Type") != "application/problem+json" {
		t.Errorf("got %v, %v; want a 401 problem", response, err)
	}
	h.dial("/ws", "Origin", "https://evil.example").closed(4403)
	h.dial("/ws", "Origin", "null").closed(4403)
	for _, origin := range []string{h.server.URL, "https://APP.example.com"} {
		h.meet("Origin", origin)
	}
}

func TestTooManyConnections(t *testing.T) {
	t.Parallel()
	h := open(t, ws.Options{MaxPerActor: 1, MaxConnections: 3})
	ada := h.meet("X-Actor", "ada")
	h.dial("/ws", "X-Actor", "ada").closed(4429)
	h.meet("X-Actor", "bob")
	h.meet()
	h.dial("/ws").closed(4429)
	if got := h.hub.Connections(); got != 3 {
		t.Errorf("%d connections, want 3", got)
	}
	if err := ada.Close(websocket.StatusNormalClosure, ""); err != nil {
		t.Fatal(err)
	}
	for { // the server may still be busy with the farewell
		again := h.dial("/ws", "X-Actor", "ada")
		again.send(`{"type":"ping"}`)
		if f, err := again.read(); err == nil && f.Type == "pong" {
			return
		}
	}
}

func TestTooManyFrames(t *testing.T) {
	t.Parallel()
	var limited atomic.Int32
	h := open(t, ws.Options{CommandsPerSecond: 1, FramesPerSecond: 10, Observe: func(what, _ string) {
		if what == "limited" {
			limited.Add(1)
		}
	}})
	c := h.dial("/ws")
	for i := range 3 {
		c.send(`{"type":"command","id":"c%d","store":"room","key":"1","action":{"Say":{"Text":"x"}}}`, i)
	}
	c.want("ack")
	c.want("ack")
	if f := c.refused("c2", "rate_limited"); f.RetryAfter != 1 {
		t.Errorf("retry_after %d", f.RetryAfter)
	}
	if got := h.heard("1"); len(got) != 2 {
		t.Errorf("applied %v", got)
	}
	for range 40 {
		_ = c.Write(c.ctx, websocket.MessageText, []byte(`{"type":"ping"}`)) // may be closed meanwhile
	}
	c.closed(4429)
	if limited.Load() != 2 {
		t.Errorf("%d limits were observed, want 2", limited.Load())
	}
}

func TestAFloodOfControlFramesIsLimitedToo(t *testing.T) {
	t.Parallel()
	h := open(t, ws.Options{FramesPerSecond: 10})
	c := h.meet()
	go func() {
		for c.Ping(c.ctx) == nil { // answered by the library's pongs
		}
	}()
	c.closed(4429)
}

func TestSilence(t *testing.T) {
	t.Parallel()
	h := open(t, ws.Options{PingEvery: time.Millisecond, Silence: 50 * time.Millisecond})
	c := h.dial("/ws")
	_, data, err := c.Read(c.ctx)
	if err != nil || string(data) != `{"type":"ping"}` {
		t.Errorf("got %s, %v; want a ping", data, err)
	}
	c.closed(4408)

	patient := open(t, ws.Options{PingEvery: 10 * time.Millisecond, Silence: time.Second})
	c = patient.dial("/ws")
	for range 120 { // longer than the silence that is allowed
		if _, data, err := c.Read(c.ctx); err != nil || string(data) != `{"type":"ping"}` {
			t.Fatalf("got %s, %v; want a ping", data, err)
		}
		c.send(`{"type":"pong"}`)
	}
}

func TestAnEndedSessionCanDoNothing(t *testing.T) {
	t.Parallel()
	h := open(t, ws.Options{CommandsPerSecond: 1 << 20, FramesPerSecond: 1 << 20, MaxQueue: 1 << 30})
	c := h.dial("/ws", "X-Actor", "ada", "X-Session", "s1")
	other := h.meet("X-Actor", "ada", "X-Session", "s2")
	var all sync.WaitGroup
	all.Go(func() {
		for { // until closed
			frame := `{"type":"command","store":"room","key":"1","action":{"Say":{"Text":"x"}}}`
			if c.Write(c.ctx, websocket.MessageText, []byte(frame)) != nil {
				return
			}
		}
	})
	c.send(`{"type":"subscribe","topics":["room:1"]}`)
	c.want("subscribed")
	c.want("event") // it is busy
	h.hub.CloseSession("s1")
	applied := len(h.heard("1"))
	c.closed(4401)
	all.Wait()
	if got := len(h.heard("1")); got != applied {
		t.Errorf("%d commands were applied after the session's end", got-applied)
	}
	h.dial("/ws", "X-Actor", "ada", "X-Session", "s1").closed(4401) // had been authenticated before

	other.send(`{"type":"ping"}`)
	other.want("pong")       // it is another session
	h.say("1", "silence s2") // an event of another node
	other.closed(4401)
}

func TestEndingASessionWaitsForItsCommand(t *testing.T) {
	t.Parallel()
	h := open(t, ws.Options{})
	c := h.meet("X-Actor", "ada", "X-Session", "s1")
	c.send(`{"type":"command","store":"room","key":"1","action":{"Say":{"Text":"wait"}}}`)
	<-h.logic.entered
	recorded := make(chan int64)
	go func() {
		h.hub.CloseSession("s1")
		head, err := h.rt.Log().Wait(context.Background(), -1)
		if err != nil {
			t.Error(err)
		}
		recorded <- head
	}()
	for { // until the session has begun to end
		late := h.dial("/ws", "X-Actor", "ada", "X-Session", "s1")
		late.send(`{"type":"ping"}`)
		if _, err := late.read(); err != nil {
			break
		}
	}
	close(h.logic.leave)
	if got := <-recorded; got != 1 {
		t.Errorf("%d events were recorded when the session had ended, want the command in flight", got)
	}
	c.closed(4401)
}

func TestAnEndedSessionSeesNothingMore(t *testing.T) {
	t.Parallel()
	h := open(t, ws.Options{})
	c, other := h.meet("X-Actor", "ada", "X-Session", "s1"), h.meet()
	for _, follower := range []*client{c, other} {
		follower.send(`{"type":"subscribe","topics":["wall"]}`)
		follower.want("subscribed")
	}
	c.send(`{"type":"command","store":"room","key":"1","action":{"Say":{"Text":"wait"}}}`)
	<-h.logic.entered
	h.say("2", "silence s1") // while its command is in flight
	h.say("2", "not for ada")
	other.want("event")
	close(h.logic.leave)
	if f, err := c.read(); websocket.CloseStatus(err) != 4401 {
		t.Errorf("got %+v, %v; want the close code 4401", f, err)
	}
}

func TestTicketsAreForOneUse(t *testing.T) {
	t.Parallel()
	h := open(t, ws.Options{})
	if response, body := h.post("/ws/ticket"); response.StatusCode != http.StatusUnauthorized {
		t.Errorf("a stranger got %d %s", response.StatusCode, body)
	}
	response, body := h.post("/ws/ticket", "X-Actor", "ada", "X-Session", "s1")
	var issued struct {
		Ticket  string
		Expires time.Time `json:"expires_at"`
	}
	if err := json.Unmarshal([]byte(body), &issued); err != nil || response.StatusCode != 200 {
		t.Fatalf("%d %s: %v", response.StatusCode, body, err)
	}
	if left := time.Until(issued.Expires); left <= 0 || left > 30*time.Second {
		t.Errorf("it lasts %v", left)
	}
	if _, stored, err := h.rt.Row(t.Context(), "ws_ticket", issued.Ticket); stored || err != nil {
		t.Errorf("the ticket itself is stored: %v", err)
	}
	won := make(chan *client, 8)
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			c, response, err := h.tryDial("/ws?ticket=" + issued.Ticket)
			if err == nil {
				won <- c
			} else if response == nil || response.StatusCode != http.StatusUnauthorized {
				t.Errorf("%v: %v", response, err)
			}
		})
	}
	all.Wait()
	if len(won) != 1 {
		t.Fatalf("%d of 8 connected with one ticket", len(won))
	}
	c := <-won
	c.send(`{"type":"subscribe","topics":["me"]}`)
	c.want("subscribed") // so it is somebody
	h.hub.CloseSession("s1")
	c.closed(4401)
	if _, response, err := h.tryDial("/ws?ticket=guess"); err == nil || response.StatusCode != http.StatusUnauthorized {
		t.Errorf("a guess got %v", response)
	}
}

func TestAnExpiredTicketIsWorthless(t *testing.T) {
	t.Parallel()
	h := open(t, ws.Options{})
	const sum = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08" // of "test"
	row := store.Row{Kind: "ws_ticket", Key: sum, Data: []byte(`{"ID":"ada"}`), Expires: time.Now().Add(-time.Second)}
	if err := h.rt.Change(t.Context(), store.Insert(row)); err != nil {
		t.Fatal(err)
	}
	if _, response, err := h.tryDial("/ws?ticket=test"); err == nil || response.StatusCode != http.StatusUnauthorized {
		t.Errorf("got %v", response)
	}
	row.Expires = time.Now().Add(time.Minute)
	if err := h.rt.Change(t.Context(), store.Put(row)); err != nil {
		t.Fatal(err)
	}
	h.dial("/ws?ticket=test")
}

func TestWiringMistakesPanic(t *testing.T) {
	t.Parallel()
	h := open(t, ws.Options{})
	for name, add := range map[string]func(){
		"an event as a command":   func() { ws.Expose(h.rooms, ws.Commands(Said{})) },
		"somebody else's command": func() { ws.Expose(h.rooms, ws.Commands(struct{ Say string }{})) },
		"a store twice":           func() { add(ws.Expose(h.rooms, nil), ws.Expose(h.rooms, nil)) },
		"a prefix twice":          func() { add(ws.Grant("a", nil), ws.Grant("a", nil)) },
		"a prefix with a colon":   func() { add(ws.Grant("a:b", nil)) },
		"me":                      func() { add(ws.Grant("me", nil)) },
		"a query twice":           func() { add(ws.Query[struct{}, any]("a", nil, nil), ws.Query[struct{}, any]("a", nil, nil)) },
		"two messages of one name": func() {
			add(ws.Publishes("a", Said{}), ws.Publishes("a", alsoSaid{}))
		},
		"messages of one topic":     func() { add(ws.Publishes("a:b", Said{})) },
		"presence of me":            func() { add(ws.Presence("me")) },
		"presence twice":            func() { add(ws.Presence("a", "a")) },
		"a query like a built-in":   func() { add(ws.Query[struct{}, any]("presence", nil, nil), ws.Presence("a")) },
		"something after the start": func() { h.hub.Add() },
	} {
		func() {
			defer func() {
				if v := recover(); v == nil || !strings.Contains(v.(string), "ws: ") {
					t.Errorf("%s: %v", name, v)
				}
			}()
			add()
		}()
	}
}

func add(exposures ...ws.Exposure) { ws.NewHub(nil, ws.Options{}).Add(exposures...) }
