package ws_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/coder/websocket"

	"github.com/composable-go/composable/ws"
)

func TestCommandsAreAcknowledgedOnce(t *testing.T) {
	t.Parallel()
	h := open(t, ws.Options{})
	c := h.dial("/ws", "X-Actor", "ada")
	c.send(`{"type":"command","id":"c1","store":"room","key":"1","action":{"Say":{"Text":"hi"}},"unknown":true}`)
	ack := c.want("ack")
	if ack.ID != "c1" || ack.Store != "room" || ack.Key != "1" || ack.Version != 1 || ack.Position != 1 {
		t.Errorf("ack %+v", ack)
	}
	again := h.dial("/ws", "X-Actor", "ada") // after a reconnect
	again.send(`{"type":"command","id":"c1","store":"room","key":"1","action":{"Say":{"Text":"hi"}}}`)
	if second := again.want("ack"); second.Position != ack.Position || second.Version != ack.Version {
		t.Errorf("first %+v, second %+v", ack, second)
	}
	again.send(`{"type":"command","id":"c1","store":"room","key":"1","action":{"Say":{"Text":"other"}}}`)
	again.refused("c1", "idempotency_mismatch")
	c.send(`{"type":"command","store":"room","key":"1","action":{"Say":{"Text":"quietly"}}}`)
	c.send(`{"type":"ping"}`)
	c.want("pong") // and no ack before it
	if got := h.heard("1"); !slices.Equal(got, []string{"hi", "quietly"}) {
		t.Errorf("heard %v", got)
	}
}

func TestStrangersDoNotShareIDs(t *testing.T) {
	t.Parallel()
	h := open(t, ws.Options{})
	for _, text := range []string{"a", "b"} {
		c := h.dial("/ws")
		c.send(`{"type":"command","id":"c1","store":"room","key":"1","action":{"Say":{"Text":%q}}}`, text)
		c.want("ack")
	}
}

func TestRefusedCommandsChangeNothing(t *testing.T) {
	t.Parallel()
	h := open(t, ws.Options{})
	c := h.dial("/ws")
	cases := []struct{ name, rest, code string }{
		{"an event", `"store":"room","key":"1","action":{"Said":{"Text":"forged"}}`, "forbidden"},
		{"a command not offered", `"store":"room","key":"1","action":{"Burn":{}}`, "forbidden"},
		{"a store not offered", `"store":"hidden","key":"1","action":{"Say":{"Text":"x"}}`, "forbidden"},
		{"a store that is not", `"store":"nowhere","key":"1","action":{"Say":{"Text":"x"}}`, "forbidden"},
		{"no store", `"key":"1","action":{"Say":{"Text":"x"}}`, "forbidden"},
		{"no such action", `"store":"room","key":"1","action":{"Shout":{}}`, "forbidden"},
		{"other letters", `"store":"room","key":"1","action":{"say":{"Text":"x"}}`, "forbidden"},
		{"no key", `"store":"room","action":{"Say":{"Text":"x"}}`, "bad_request"},
		{"no action", `"store":"room","key":"1"`, "bad_request"},
		{"two actions", `"store":"room","key":"1","action":{"Say":{"Text":"x"},"Burn":{}}`, "bad_request"},
		{"no actions", `"store":"room","key":"1","action":{}`, "bad_request"},
		{"not an object", `"store":"room","key":"1","action":["Say"]`, "bad_request"},
		{"malformed action", `"store":"room","key":"1","action":{"Say":{"Text":7}}`, "bad_request"},
		{"wrong type of field", `"store":7,"key":"1","action":{"Say":{"Text":"x"}}`, "bad_request"},
		{"refused by the domain", `"store":"room","key":"1","action":{"Say":{}}`, "invalid"},
		{"a bug", `"store":"room","key":"1","action":{"Say":{"Text":"panic"}}`, "internal"},
	}
	for _, tc := range cases {
		c.send(`{"type":"command","id":%q,%s}`, tc.name, tc.rest)
		f := c.refused(tc.name, tc.code)
		if tc.code == "invalid" && (f.Fields["text"] == "" || f.Heard == nil) {
			t.Errorf("%s: fields and details are missing: %+v", tc.name, f)
		}
	}
	if head, err := h.rt.Log().Wait(t.Context(), -1); err != nil || head != 0 {
		t.Errorf("%d events were recorded", head)
	}
}

func TestFramesThatAreNoneOfOurs(t *testing.T) {
	t.Parallel()
	h := open(t, ws.Options{MaxFrame: 200})
	for name, send := range map[string]func(*client) error{
		"garbage":  func(c *client) error { return c.Write(c.ctx, websocket.MessageText, []byte("hello")) },
		"an array": func(c *client) error { return c.Write(c.ctx, websocket.MessageText, []byte("[]")) },
		"empty":    func(c *client) error { return c.Write(c.ctx, websocket.MessageText, nil) },
		"binary":   func(c *client) error { return c.Write(c.ctx, websocket.MessageBinary, []byte(`{"type":"ping"}`)) },
		"too large": func(c *client) error {
			return c.Write(c.ctx, websocket.MessageText, []byte(`{"type":"`+strings.Repeat("x", 200)+`"}`))
		},
	} {
		t.Run(name, func(t *testing.T) {
			c := h.dial("/ws")
			c.send(`{"type":"dance","id":"d"}`)
			c.refused("d", "unknown_type")
			c.send(`{"type":"ping","padding":%q}`, strings.Repeat("x", 200-len(`{"type":"ping","padding":""}`)))
			c.want("pong") // exactly the limit
			if err := send(c); err != nil {
				t.Fatal(err)
			}
			c.closed(4400)
		})
	}
	c := h.dial("/ws")
	c.send(`{"type":"ping","id":%q}`, strings.Repeat("é", 65))
	c.refused("", "bad_request")
	c.send(`{"type":"ping","id":%q}`, strings.Repeat("é", 64))
	c.want("pong")
	c.send(`{"type":"subscribe","id":"s"}`)
	if f := c.refused("s", "bad_request"); f.Fields["topics"] == "" {
		t.Errorf("got %+v, want the field", f)
	}
	c.send(`{"type":"subscribe","id":"s","topics":"wall"}`)
	c.refused("s", "bad_request")
	c.send(`{"type":"subscribe","id":"s","topics":["wall"],"after":-1}`)
	c.refused("s", "bad_request")
}

func TestClosingFinishesTheCommandInFlight(t *testing.T) {
	t.Parallel()
	h := open(t, ws.Options{})
	c := h.dial("/ws")
	c.send(`{"type":"command","id":"c1","store":"room","key":"1","action":{"Say":{"Text":"wait"}}}`)
	<-h.logic.entered
	c.send(`{"type":"command","id":"c2","store":"room","key":"1","action":{"Say":{"Text":"too late"}}}`)
	closed := make(chan error, 1)
	go func() { closed <- h.hub.Close(context.Background()) }()
	late := h.dialUntilRefused()
	late.closed(websocket.StatusGoingAway)
	close(h.logic.leave)
	if ack := c.want("ack"); ack.ID != "c1" {
		t.Errorf("ack %+v", ack)
	}
	c.closed(websocket.StatusGoingAway)
	if err := <-closed; err != nil {
		t.Error(err)
	}
	if got := h.heard("1"); !slices.Equal(got, []string{"wait"}) {
		t.Errorf("heard %v", got)
	}
}

// dialUntilRefused connects until the hub takes nobody any more, and returns the
// connection that is being closed.
func (h *house) dialUntilRefused() *client {
	for {
		c := h.dial("/ws")
		c.send(`{"type":"ping"}`)
		if f, err := c.read(); err != nil || f.Type != "pong" {
			return h.dial("/ws")
		}
	}
}
