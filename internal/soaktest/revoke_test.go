package soaktest

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/coder/websocket/wsjson"

	"github.com/composable-go/composable/app"
	"github.com/composable-go/composable/app/apptest"
	"github.com/composable-go/composable/auth"
	"github.com/composable-go/composable/auth/authtest"
	"github.com/composable-go/composable/internal/pgtest"
	"github.com/composable-go/composable/store"
	"github.com/composable-go/composable/ws"
)

const (
	people    = 32 // every other one's session is revoked; a user may have 16 sockets on a node
	listeners = 1000
)

// audience is sockets of signed-in users on two nodes that all follow one room.
type audience struct {
	t     *testing.T
	http  *http.Client
	nodes []string
	rooms *store.Store[room, roomAction] // of the first node
	users []*user
	heard [2]counter // on each node, by one who is spared: of what was said
}

type user struct {
	session authtest.Session
	revoked atomic.Int64 // when that was answered, in nanoseconds of the epoch
	sockets []*listener
}

// listener is one of them.
type listener struct {
	*websocket.Conn
	last     time.Time // when an event came
	accepted int       // commands
	err      error     // why it has ended
}

// TestARevokedSessionHearsAndDoesNothingMore revokes half of the sessions while events
// go to everybody. It has the machine to itself: it measures.
func TestARevokedSessionHearsAndDoesNothingMore(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	a := openAudience(ctx, t)
	var reading, heard, revoked sync.WaitGroup
	heard.Add(listeners)
	for i, u := range a.users {
		for n, l := range u.sockets {
			ended := func() {}
			if i%2 == 0 {
				revoked.Add(1)
				ended = revoked.Done
			}
			witness := i == 1 && n < 2 // one on each node
			reading.Go(func() {
				defer ended()
				l.listen(ctx, func(f frame) {
					if l.last.IsZero() {
						heard.Done()
					}
					if l.last = time.Now(); witness {
						a.heard[n].raise(f.Seq)
					}
				})
				if l.last.IsZero() {
					heard.Done()
				}
			})
		}
	}
	over := make(chan struct{})
	reading.Go(func() { a.talk(ctx, over) })
	heard.Wait()
	for i, u := range a.users {
		if i%2 == 0 {
			reading.Go(func() { a.revoke(ctx, i/2%2, u) })
		}
	}
	revoked.Wait()
	close(over)
	for i, u := range a.users {
		if i%2 == 1 {
			a.leave(ctx, u)
		}
	}
	reading.Wait()
	a.judge(ctx)
}

func openAudience(ctx context.Context, t *testing.T) *audience {
	t.Helper()
	a := &audience{t: t, http: &http.Client{Transport: &http.Transport{}}}
	box, database := authtest.NewMailbox(), pgtest.URL(t)
	for range 2 {
		a.nodes = append(a.nodes, apptest.Serve(t, func(node *app.App) {
			node.Auth(auth.Options{App: "Soak", Sender: box})
			opened := store.New(node.Runtime, "room", rooms{})
			a.rooms = cmp.Or(a.rooms, opened)
			node.Realtime("/ws", ws.Expose(opened, ws.Commands(say{}), ws.View(public)), ws.Grant("room", everybody))
		}, "DATABASE_URL="+database, "SECRET_KEY="+strings.Repeat("k", 32)))
	}
	for i := range people {
		a.users = append(a.users, &user{session: authtest.SignIn(t, a.nodes[i%2], box, fmt.Sprintf("user%d@example.com", i))})
	}
	for i := range listeners {
		u := a.users[i%people]
		u.sockets = append(u.sockets, a.open(ctx, a.nodes[i/people%2], u.session))
	}
	t.Cleanup(a.http.CloseIdleConnections)
	return a
}

// open returns once the socket follows the room.
func (a *audience) open(ctx context.Context, node string, s authtest.Session) *listener {
	a.t.Helper()
	conn, _, err := websocket.Dial(ctx, node+"/ws", &websocket.DialOptions{
		HTTPClient: a.http, HTTPHeader: http.Header{"Authorization": {"Bearer " + s.Token}},
	})
	if err != nil {
		a.t.Fatal(err)
	}
	a.t.Cleanup(func() { _ = conn.CloseNow() })
	var f frame
	err = wsjson.Write(ctx, conn, map[string]any{"type": "subscribe", "topics": []string{"room:all"}})
	if err == nil {
		err = wsjson.Read(ctx, conn, &f)
	}
	if err != nil || f.Type != "subscribed" {
		a.t.Fatalf("%+v, %v", f, err)
	}
	return &listener{Conn: conn}
}

// listen reads until the socket is closed.
func (l *listener) listen(ctx context.Context, event func(frame)) {
	for {
		var f frame
		if l.err = wsjson.Read(ctx, l.Conn, &f); l.err != nil {
			return
		}
		switch f.Type {
		case "event":
			event(f)
		case "ack":
			l.accepted++
		case "ping":
			_ = wsjson.Write(ctx, l.Conn, map[string]any{"type": "pong"}) // it may be closed by now
		}
	}
}

// talk says one thing after the other, each once both nodes have passed on the last.
func (a *audience) talk(ctx context.Context, over <-chan struct{}) {
	for ctx.Err() == nil {
		receipt, err := a.rooms.Send(ctx, "all", say{"something"})
		if err != nil {
			a.t.Error(err)
			return
		}
		for n := range a.heard {
			select {
			case <-a.heard[n].reached(receipt.Position):
			case <-over:
				return
			case <-ctx.Done():
				return
			}
		}
	}
}

// revoke signs a user out, and then has each of their sockets say something.
func (a *audience) revoke(ctx context.Context, node int, u *user) {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, a.nodes[node]+"/auth/logout", http.NoBody)
	if err != nil {
		a.t.Error(err)
		return
	}
	u.session.Authorize(r)
	response, err := a.http.Do(r)
	u.revoked.Store(time.Now().UnixNano())
	if err != nil || response.StatusCode != http.StatusNoContent {
		a.t.Errorf("logout: %v, %v", response, err)
		return
	}
	_ = response.Body.Close() // is empty
	for _, l := range u.sockets {
		_ = wsjson.Write(ctx, l.Conn, map[string]any{ // it may be closed by now
			"type": "command", "id": "late", "store": "room", "key": "late", "action": map[string]any{"say": say{"too late"}},
		})
	}
}

// leave closes the sockets of who is spared; they must be open.
func (a *audience) leave(ctx context.Context, u *user) {
	for _, l := range u.sockets {
		if err := l.Ping(ctx); err != nil {
			a.t.Errorf("somebody who was spared is not served any more: %v", err)
		}
		_ = l.CloseNow()
	}
}

func (a *audience) judge(ctx context.Context) {
	var late []time.Duration
	for i, u := range a.users {
		for _, l := range u.sockets {
			if i%2 == 1 {
				continue
			}
			late = append(late, l.last.Sub(time.Unix(0, u.revoked.Load())))
			if code := websocket.CloseStatus(l.err); code != 4401 || l.accepted > 0 {
				a.t.Errorf("a revoked socket had %d commands accepted and ended with %v", l.accepted, l.err)
			}
		}
	}
	if said, err := a.rooms.State(ctx, "late"); err != nil || said.Version > 0 {
		a.t.Errorf("%d commands were applied after the revocation, %v", said.Version, err)
	}
	slices.Sort(late)
	a.t.Logf("%d sockets on 2 nodes, %d of them revoked; the last event came to one %v after the answer, to half of them by %v",
		listeners, len(late), late[len(late)-1], late[len(late)/2])
}
