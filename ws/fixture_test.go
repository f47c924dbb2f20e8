package ws_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"
	"go.uber.org/goleak"

	"github.com/composable-go/composable/eventlog"
	"github.com/composable-go/composable/eventlog/memory"
	"github.com/composable-go/composable/store"
	"github.com/composable-go/composable/web"
	"github.com/composable-go/composable/ws"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// A room is a list of what was said in it; it is the feature under test.
type (
	room struct {
		Said []string
	}
	roomAction interface{ room() }

	Say     struct{ Text string }
	Burn    struct{} // not offered to clients
	Said    struct{ Text string }
	Burnt   struct{}
	Silence struct{ Session string } // ends a session
)

func (Say) room()     {}
func (Burn) room()    {}
func (Said) room()    {}
func (Burnt) room()   {}
func (Silence) room() {}

type rooms struct {
	entered chan string // told of commands "wait"
	leave   chan struct{}
}

func (rooms) Actions() store.Actions[roomAction] {
	return store.Actions[roomAction]{
		Commands: []roomAction{Say{}, Burn{}},
		Events:   []roomAction{Said{}, Burnt{}, Silence{}},
	}
}

func (r rooms) Reduce(s *room, a roomAction, env store.Env) (store.Effects, error) {
	switch a := a.(type) {
	case Say:
		switch {
		case a.Text == "":
			return nil, store.Refuse(store.Invalid, "invalid", "say something").WithField("text", "is required").With("heard", 0)
		case a.Text == "panic":
			panic("secret")
		case a.Text == "wait":
			r.entered <- a.Text
			<-r.leave
		}
		if session, ok := strings.CutPrefix(a.Text, "silence "); ok {
			return store.Effects{store.Record(Silence{session})}, nil
		}
		if a.Text == "who" { // says with which level
			a.Text = fmt.Sprint(env.Actor.ID, " ", env.Actor.Level)
		}
		if a.Text == "farewell" {
			return store.Effects{store.Record(Said(a)), store.Close()}, nil
		}
		return store.Effects{store.Record(Said(a))}, nil
	case Burn:
		return store.Effects{store.Record(Burnt{})}, nil
	case Said:
		s.Said = append(s.Said[:len(s.Said):len(s.Said)], a.Text)
	}
	return nil, nil
}

// public shows what was said to the room, to everybody's "wall", and to the
// speaker; that a room burnt stays secret.
func public(e ws.Recorded[roomAction]) []ws.Message {
	said, ok := e.Action.(Said)
	if !ok {
		return nil
	}
	switch said.Text {
	case "faulty view":
		panic("secret")
	case "unencodable":
		return []ws.Message{{Topic: "room:" + e.Key, Action: struct{ F func() }{}}}
	}
	return []ws.Message{
		{Topic: "room:" + e.Key, Action: said},
		{Topic: "wall", Action: said},
		{Topic: ws.Me(e.Meta.Actor), Action: said},
		{Topic: "wall", Action: Said{"a second message, which is a mistake"}},
	}
}

// house is a running hub with everything around it.
type house struct {
	t      *testing.T
	rt     *store.Runtime
	rooms  *store.Store[room, roomAction]
	hub    *ws.Hub
	server *httptest.Server
	logic  rooms
}

func byHeader(r *http.Request) (store.Actor, error) {
	if r.Header.Get("X-Actor") == "revoked" {
		return store.Actor{}, web.ErrUnauthenticated
	}
	actor := store.Actor{ID: r.Header.Get("X-Actor"), Session: r.Header.Get("X-Session")}
	if life, err := time.ParseDuration(r.Header.Get("X-Life")); err == nil {
		actor.SessionEnds = time.Now().Add(life)
	}
	return actor, nil
}

func open(t *testing.T, o ws.Options, more ...ws.Exposure) *house {
	t.Helper()
	return openOn(t, memory.New(), o, more...)
}

func openOn(t *testing.T, log eventlog.Backend, o ws.Options, more ...ws.Exposure) *house {
	t.Helper()
	logger := slog.New(slog.DiscardHandler)
	o.Logger, o.Problem = logger, web.Problem
	h := &house{t: t, logic: rooms{make(chan string, 1), make(chan struct{})}}
	h.rt = store.NewRuntime(log, store.Options{Logger: logger})
	h.rooms = store.New(h.rt, "room", h.logic)
	hidden := store.New(h.rt, "hidden", h.logic)
	h.hub = ws.NewHub(h.rt, o)
	h.hub.Add(
		ws.Expose(h.rooms, ws.Commands(Say{}), ws.View(public)),
		ws.Expose(hidden, ws.Commands()),
		ws.EndSessions(h.rooms, func(e ws.Recorded[roomAction]) []string {
			if silence, ok := e.Action.(Silence); ok {
				return []string{silence.Session}
			}
			return nil
		}),
		ws.Grant("room", func(_ context.Context, _ store.Actor, key string) (bool, error) {
			if key == "broken" {
				return false, errors.New("secret")
			}
			return key != "locked", nil
		}),
		ws.Grant("wall", func(context.Context, store.Actor, string) (bool, error) { return true, nil }),
	)
	h.hub.Add(more...)
	if err := h.rt.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := h.hub.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	handler := h.hub.Handler(byHeader)
	preset := h.hub.Handler(byHeader,
		ws.Subscribed(func(r *http.Request) []string { return []string{"room:" + r.URL.Query().Get("room")} }),
		ws.To("room", func(r *http.Request) string { return r.URL.Query().Get("room") }))
	router := web.NewRouter(web.Options{Logger: logger})
	router.Mount("/ws", handler)
	router.Mount("/room", preset)
	h.server = httptest.NewServer(router)
	t.Cleanup(h.close)
	return h
}

// serve starts a house that has nothing but its hub.
func (h *house) serve() {
	h.t.Helper()
	for _, start := range []func(context.Context) error{h.rt.Start, h.hub.Start} {
		if err := start(h.t.Context()); err != nil {
			h.t.Fatal(err)
		}
	}
	h.server = httptest.NewServer(h.hub.Handler(byHeader))
	h.t.Cleanup(h.close)
}

func (h *house) close() {
	if err := h.hub.Close(context.Background()); err != nil {
		h.t.Error(err)
	}
	h.server.Close()
	if err := h.rt.Close(context.Background()); err != nil {
		h.t.Error(err)
	}
}

// say records that something was said and returns its position.
func (h *house) say(key, text string) int64 {
	h.t.Helper()
	receipt, err := h.rooms.Send(context.Background(), key, Say{text})
	if err != nil {
		h.t.Error(err)
	}
	return receipt.Position
}

func (h *house) heard(key string) []string {
	h.t.Helper()
	s, err := h.rooms.State(h.t.Context(), key)
	if err != nil {
		h.t.Fatal(err)
	}
	return s.State.Said
}

// client is one socket.
type client struct {
	t   *testing.T
	ctx context.Context
	*websocket.Conn
}

// dial connects to path; headers come in pairs.
func (h *house) dial(path string, headers ...string) *client {
	h.t.Helper()
	c, response, err := h.tryDial(path, headers...)
	if err != nil {
		h.t.Fatalf("%v: %v", err, response)
	}
	return c
}

// meet connects and waits until the hub has let the client in.
func (h *house) meet(headers ...string) *client {
	h.t.Helper()
	c := h.dial("/ws", headers...)
	c.send(`{"type":"ping"}`)
	c.want("pong")
	return c
}

func (h *house) tryDial(path string, headers ...string) (*client, *http.Response, error) {
	header := http.Header{}
	for i := 0; i < len(headers); i += 2 {
		header.Set(headers[i], headers[i+1])
	}
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	h.t.Cleanup(cancel)
	conn, response, err := websocket.Dial(ctx, h.server.URL+path, &websocket.DialOptions{HTTPClient: h.server.Client(), HTTPHeader: header})
	if err != nil {
		return nil, response, err
	}
	conn.SetReadLimit(-1)
	h.t.Cleanup(func() { _ = conn.CloseNow() })
	return &client{h.t, ctx, conn}, response, nil
}

func (c *client) send(format string, args ...any) {
	c.t.Helper()
	if err := c.Write(c.ctx, websocket.MessageText, fmt.Appendf(nil, format, args...)); err != nil {
		c.t.Fatal(err)
	}
}

type frame struct {
	Type, ID, Store, Key, Topic, Code, Message string
	Topics                                     []string
	Seq, Version, Position                     int64
	Action                                     map[string]map[string]string
	Meta                                       map[string]string
	Fields                                     map[string]string
	Data                                       json.RawMessage
	RetryAfter                                 int `json:"retry_after"`
	Heard                                      *int
}

func (f frame) text() string { return f.Action["Said"]["Text"] }

func (c *client) read() (frame, error) {
	var f frame
	_, data, err := c.Read(c.ctx)
	if err == nil {
		err = json.Unmarshal(data, &f)
	}
	if err == nil && f.Type == "ping" {
		return c.read()
	}
	return f, err
}

// want reads the next frame, which must be of that type.
func (c *client) want(kind string) frame {
	c.t.Helper()
	f, err := c.read()
	if err != nil {
		c.t.Fatalf("want %s: %v", kind, err)
	}
	if f.Type != kind {
		c.t.Fatalf("want %s, got %+v", kind, f)
	}
	return f
}

// until reads until there comes a frame of that type about the topic.
func (c *client) until(kind, topic string) frame {
	c.t.Helper()
	for {
		f, err := c.read()
		if err != nil {
			c.t.Fatalf("want %s: %v", kind, err)
		}
		if f.Type == kind && f.Topic == topic {
			return f
		}
	}
}

func (c *client) refused(id, code string) frame {
	c.t.Helper()
	f := c.want("error")
	if f.ID != id || f.Code != code || f.Message == "" || strings.Contains(f.Message, "secret") {
		c.t.Fatalf("got %+v, want error %s for %q", f, code, id)
	}
	return f
}

// closed reads until the server closes, which must be with that code.
func (c *client) closed(code websocket.StatusCode) {
	c.t.Helper()
	for {
		_, _, err := c.Read(c.ctx)
		if err == nil {
			continue
		}
		if got := websocket.CloseStatus(err); got != code {
			c.t.Fatalf("closed with %d, want %d: %v", got, code, err)
		}
		return
	}
}

// closes asks whether the client is there, and returns the code that it is closed
// with instead of an answer, -1 when it is answered.
func (c *client) closes() websocket.StatusCode {
	c.t.Helper()
	_ = c.Write(c.ctx, websocket.MessageText, []byte(`{"type":"ping"}`)) // may be closed already
	_, err := c.read()
	return websocket.CloseStatus(err)
}

func (h *house) post(path string, headers ...string) (*http.Response, string) {
	h.t.Helper()
	r, err := http.NewRequestWithContext(h.t.Context(), "POST", h.server.URL+path, nil)
	if err != nil {
		h.t.Fatal(err)
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	response, err := h.server.Client().Do(r)
	if err != nil {
		h.t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		h.t.Fatal(err)
	}
	return response, string(body)
}

// ticketOf is the ticket in an answer to POST /ticket.
func ticketOf(t *testing.T, body string) string {
	t.Helper()
	var issued struct{ Ticket string }
	if err := json.Unmarshal([]byte(body), &issued); err != nil || issued.Ticket == "" {
		t.Fatalf("no ticket in %s: %v", body, err)
	}
	return issued.Ticket
}

func hashOf(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:])
}
