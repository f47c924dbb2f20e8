package ws

import (
	"context"
	"net/http"
	"net/url"
	"path"
	"strings"

	"github.com/coder/websocket"

	"github.com/composable-go/composable/store"
)

// Handler upgrades to the protocol; mount it at the endpoint's path and below, as
// POST {endpoint}/ticket issues tickets. The caller is authenticated before the
// upgrade: by a ticket when there is one, else by authenticate, whose error is
// refused with Options.Problem and whose zero Actor is an anonymous visitor. POST
// {endpoint} with one frame, a command or a query, is answered with a frame, and
// refused with Options.Problem, for those who cannot keep a socket open.
func (h *Hub) Handler(authenticate func(r *http.Request) (store.Actor, error), presets ...Preset) http.Handler {
	return endpoint{h, authenticate, presets}
}

type endpoint struct {
	hub          *Hub
	authenticate func(r *http.Request) (store.Actor, error)
	presets      []Preset
}

// ServeHTTP implements [http.Handler].
func (e endpoint) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var err error
	if r.Method == http.MethodPost {
		err = e.post(w, r)
	} else {
		err = e.connect(w, r)
	}
	if err != nil {
		e.hub.options.Problem(w, r, err)
	}
}

// connect returns when the connection is established, and what the server keeps of
// the request is freed. It returns an error only while nothing was answered. A page
// of another origin, and who is one too many, is accepted in order to be told why by
// a close code: browsers show their pages nothing of a refused upgrade.
func (e endpoint) connect(w http.ResponseWriter, r *http.Request) (err error) {
	var actor store.Actor
	welcome := e.hub.allows(r)
	if welcome {
		if actor, err = e.caller(r); err != nil {
			return err
		}
	}
	c := e.hub.newConn(r.Context(), actor)
	c.preset = e.prepare(r)
	if err := c.accept(w, r); err != nil {
		return nil // Accept has answered
	}
	if why, ok := e.hub.enter(c, welcome); !ok {
		c.cancel(why)
		_ = c.ws.Close(why.code, why.reason)
		return nil
	}
	go c.serve()
	return nil
}

// accept upgrades the request to the connection.
func (c *conn) accept(w http.ResponseWriter, r *http.Request) (err error) {
	hijack := hijacker{ResponseWriter: w, limit: c.hub.options.MaxQueue, buffers: &c.hub.buffers}
	c.ws, err = websocket.Accept(&hijack, r, &websocket.AcceptOptions{
		InsecureSkipVerify: true, // allows has checked the origin
		OnPingReceived:     func(context.Context, []byte) bool { c.touch(); return c.permits() },
		OnPongReceived:     func(context.Context, []byte) { c.touch() },
	})
	if err != nil {
		return err
	}
	c.ws.SetReadLimit(-1) // next has a limit with a code of its own
	c.out = hijack.out
	c.out.encode = func(frame []byte) error { return c.ws.Write(context.Background(), websocket.MessageText, frame) }
	c.out.broken = func() { c.shut(normal, "") }
	return nil
}

func (e endpoint) caller(r *http.Request) (store.Actor, error) {
	if ticket := r.URL.Query().Get("ticket"); ticket != "" {
		return e.hub.redeem(r, ticket)
	}
	return e.authenticate(r)
}

// allows checks the origin: none (no browser), the host that is asked, or one of
// the options.
func (h *Hub) allows(r *http.Request) bool {
	origin := r.Header.Get("Origin")
	if origin == "" {
		return true
	}
	u, err := url.Parse(origin)
	if err != nil || u.Host == "" {
		return false
	}
	if strings.EqualFold(u.Host, r.Host) {
		return true
	}
	for _, pattern := range h.options.Origins {
		if ok, _ := path.Match(strings.ToLower(pattern), strings.ToLower(u.Host)); ok {
			return true
		}
	}
	return false
}

// enter counts the connection in, unless its origin is not welcome, there are too
// many, or its session has ended while it was connecting.
func (h *Hub) enter(c *conn, welcome bool) (why closure, ok bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	_, ended := h.ended[c.actor.Session]
	switch {
	case !welcome:
		h.options.Observe("limited", "origin")
		return closure{badOrigin, "this origin may not connect"}, false
	case h.closing || h.stop == nil:
		return closure{goingAway, "the server is closing"}, false
	case ended:
		return closure{sessionEnded, "the session has ended"}, false
	case len(h.conns) >= h.options.MaxConnections:
		h.options.Observe("limited", "connections")
		return closure{tooMany, "too many connections"}, false
	case c.actor.ID != "" && h.perActor[c.actor.ID] >= h.options.MaxPerActor:
		h.options.Observe("limited", "connections_per_actor")
		return closure{tooMany, "too many connections of yours"}, false
	}
	h.conns[c] = struct{}{}
	h.perActor[c.actor.ID]++
	h.options.Observe("opened", "")
	return closure{}, true
}

// leave is the reverse of enter.
func (h *Hub) leave(c *conn) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.conns, c)
	if h.perActor[c.actor.ID]--; h.perActor[c.actor.ID] == 0 {
		delete(h.perActor, c.actor.ID)
	}
	if h.closing && len(h.conns) == 0 {
		close(h.emptied)
	}
}
