package app_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"

	"github.com/composable-go/composable/app"
	"github.com/composable-go/composable/app/apptest"
	"github.com/composable-go/composable/auth"
	"github.com/composable-go/composable/auth/authtest"
	"github.com/composable-go/composable/internal/pgtest"
	"github.com/composable-go/composable/store"
	"github.com/composable-go/composable/ws"
)

// offices are nodes with sign-in and sockets over one database. A node's view waits
// at the tally "hold": meanwhile it is told of nothing.
type offices struct {
	t    *testing.T
	urls []string
	box  *authtest.Mailbox
	hold chan struct{}
}

func openOffices(t *testing.T, n int) *offices {
	t.Helper()
	o := &offices{t: t, box: authtest.NewMailbox(), hold: make(chan struct{})}
	database := pgtest.URL(t)
	for range n {
		o.urls = append(o.urls, apptest.Serve(t, func(a *app.App) {
			a.Auth(auth.Options{App: "Test", Sender: o.box})
			tallies := store.New(a.Runtime, "tally", reducer{})
			a.Realtime("/ws",
				ws.Expose(tallies, ws.Commands(count{}), ws.View(func(e ws.Recorded[act]) []ws.Message {
					if e.Key == "hold" {
						<-o.hold
					}
					return []ws.Message{{Topic: "tally:" + e.Key, Action: e.Action}}
				})),
				ws.Grant("tally", func(context.Context, store.Actor, string) (bool, error) { return true, nil }))
		}, "DATABASE_URL="+database, "SECRET_KEY="+strings.Repeat("k", 32)))
	}
	t.Cleanup(func() { close(o.hold) })
	return o
}

// call sends a request of the session to a node.
func (o *offices) call(node int, s authtest.Session, method, path, body string) (status int, answer string) {
	o.t.Helper()
	return send(o.t, s, method, o.urls[node]+path, body)
}

// send sends a request of a session, on a connection of its own.
func send(t *testing.T, s authtest.Session, method, url, body string) (status int, answer string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	s.Authorize(r)
	response, err := http.DefaultTransport.(*http.Transport).Clone().RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	data, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, string(data)
}

type socket struct {
	t   *testing.T
	ctx context.Context
	*websocket.Conn
}

// connect opens a socket of the session and waits until it serves.
func (o *offices) connect(node int, s authtest.Session) socket {
	o.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	o.t.Cleanup(cancel)
	conn, _, err := websocket.Dial(ctx, o.urls[node]+"/ws", &websocket.DialOptions{HTTPHeader: http.Header{"Authorization": {"Bearer " + s.Token}}})
	if err != nil {
		o.t.Fatal(err)
	}
	o.t.Cleanup(func() { _ = conn.CloseNow() })
	c := socket{o.t, ctx, conn}
	c.ask(`{"type":"ping"}`, "pong")
	return c
}

func (c socket) send(frame string) {
	c.t.Helper()
	if err := c.Write(c.ctx, websocket.MessageText, []byte(frame)); err != nil {
		c.t.Fatal(err)
	}
}

func (c socket) ask(frame, answer string) {
	c.t.Helper()
	c.send(frame)
	if _, data, err := c.Read(c.ctx); err != nil || !strings.Contains(string(data), `"type":"`+answer+`"`) {
		c.t.Fatalf("%s is answered %s, %v; want %s", frame, data, err, answer)
	}
}

// ended reads until the socket is closed, which must be because of its session.
func (c socket) ended() {
	c.t.Helper()
	_, data, err := c.Read(c.ctx)
	if err == nil || websocket.CloseStatus(err) != 4401 {
		c.t.Errorf("got %s, %v; want the close code 4401", data, err)
	}
}

const countFrame = `{"type":"command","id":"c1","store":"tally","key":"a","action":{"count":{}}}`

func TestARevokedSessionActsOnNoNode(t *testing.T) {
	t.Parallel()
	o := openOffices(t, 2)
	revoked := authtest.SignIn(t, o.urls[0], o.box, "ada@example.com")
	other := authtest.SignIn(t, o.urls[1], o.box, "ada@example.com")
	idle, busy, spared := o.connect(1, revoked), o.connect(1, revoked), o.connect(1, other)
	spared.ask(`{"type":"subscribe","topics":["tally:hold"]}`, "subscribed") // so that the node looks at events
	spared.ask(strings.Replace(countFrame, `"a"`, `"hold"`, 1), "ack")       // from now on both nodes are told of nothing

	if status, body := o.call(0, revoked, "POST", "/auth/logout", ""); status != http.StatusNoContent {
		t.Fatalf("%d %s", status, body)
	}
	busy.send(countFrame)
	busy.ended()
	idle.ended()
	if status, body := o.call(1, revoked, "POST", "/ws", countFrame); status != http.StatusUnauthorized {
		t.Errorf("by POST: %d %s", status, body)
	}
	status, body := o.call(1, other, "POST", "/ws", countFrame)
	var ack struct{ Version int }
	if err := json.Unmarshal([]byte(body), &ack); err != nil || status != http.StatusOK || ack.Version != 1 {
		t.Errorf("%d %s; want the first count of the tally", status, body)
	}
}

func TestARevokedSessionClosesItsSocketsOnEveryNode(t *testing.T) {
	t.Parallel()
	o := openOffices(t, 2)
	revoked := authtest.SignIn(t, o.urls[0], o.box, "ada@example.com")
	spared := authtest.SignIn(t, o.urls[0], o.box, "ada@example.com")
	sockets := []socket{o.connect(0, revoked), o.connect(1, revoked)}
	other := o.connect(1, spared)
	for begin := time.Now(); ; { // the node may still be reading what the other one wrote
		status, body := o.call(1, spared, "GET", "/ready", "")
		if status == http.StatusOK && strings.Contains(body, `"connections":2,"lag":0,"lag_seconds":0,`) {
			break
		}
		if time.Since(begin) > time.Minute {
			t.Fatalf("ready: %d %s; want two connections and no lag", status, body)
		}
	}
	if status, body := o.call(0, spared, "DELETE", "/auth/sessions", ""); status != http.StatusNoContent {
		t.Fatalf("%d %s", status, body)
	}
	begin := time.Now()
	for node, c := range sockets {
		c.ended()
		t.Logf("node %d: after %v", node, time.Since(begin))
	}
	other.ask(countFrame, "ack")
}
