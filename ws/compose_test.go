package ws_test

import (
	"context"
	"log/slog"
	"testing"

	"github.com/composable-go/composable/eventlog/memory"
	"github.com/composable-go/composable/store"
	"github.com/composable-go/composable/ws"
)

// A building has a room that is a feature of its own.
type lobby struct{ Action roomAction }

func (lobby) room() {}

func TestCommandsAndEventsOfAChild(t *testing.T) {
	t.Parallel()
	logger := slog.New(slog.DiscardHandler)
	h := &house{t: t, rt: store.NewRuntime(memory.New(), store.Options{Logger: logger})}
	buildings := store.New(h.rt, "building",
		store.Scope("lobby", rooms{}, func(s *room) *room { return s }, func(a lobby) roomAction { return a }))
	h.hub = ws.NewHub(h.rt, ws.Options{Logger: logger})
	h.hub.Add(
		ws.Expose(buildings, ws.Commands(lobby{Say{}}), ws.View(func(e ws.Recorded[roomAction]) []ws.Message {
			return []ws.Message{{Topic: "wall", Action: e.Action}, {Topic: "names", Action: Said{e.Name}}}
		})),
		ws.Grant("wall", func(context.Context, store.Actor, string) (bool, error) { return true, nil }),
		ws.Grant("names", func(context.Context, store.Actor, string) (bool, error) { return true, nil }),
	)
	h.serve()

	c := h.dial("/")
	c.send(`{"type":"subscribe","topics":["wall"]}`)
	c.want("subscribed")
	c.send(`{"type":"subscribe","topics":["names"]}`)
	c.want("subscribed")
	c.send(`{"type":"command","id":"1","store":"building","key":"a","action":{"lobby.Say":{"Text":"hello"}}}`)
	heard := map[string]string{}
	for range 3 {
		f, err := c.read()
		if err != nil {
			t.Fatal(err)
		}
		if f.Type == "event" {
			heard[f.Topic] = f.Action["lobby.Said"]["Text"] + f.text()
		}
	}
	if heard["wall"] != "hello" || heard["names"] != "lobby.Said" {
		t.Errorf("heard %v; want the child's event, and its name", heard)
	}
	c.send(`{"type":"command","id":"2","store":"building","key":"a","action":{"lobby.Burn":{}}}`)
	if f := c.want("error"); f.ID != "2" {
		t.Errorf("a command that is not offered: %+v", f)
	}
}
