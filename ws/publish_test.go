package ws_test

import (
	"context"
	"encoding/json"
	"log/slog"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/composable-go/composable/eventlog/memory"
	"github.com/composable-go/composable/store"
	"github.com/composable-go/composable/ws"
)

// alsoSaid has the wire name of another message.
type alsoSaid struct{ Loud string }

func (alsoSaid) ActionName() string { return "Said" }

// TestATopicCarriesWhatIsDeclared has its view publish what was said under the name
// of a text, as it should be and as it should not.
func TestATopicCarriesWhatIsDeclared(t *testing.T) {
	t.Parallel()
	type echo struct{ Text string }
	var complaints strings.Builder
	h := &house{t: t, rt: store.NewRuntime(memory.New(), store.Options{})}
	h.rooms = store.New(h.rt, "room", rooms{})
	h.hub = ws.NewHub(h.rt, ws.Options{Logger: slog.New(slog.NewTextHandler(&complaints, nil))})
	open := func(context.Context, store.Actor, string) (bool, error) { return true, nil }
	h.hub.Add(
		ws.Publishes("wall", echo{}), // before the store that knows the next one is added
		ws.Publishes("wall", Said{}),
		ws.Expose(h.rooms, ws.Commands(), ws.View(func(e ws.Recorded[roomAction]) []ws.Message {
			said := e.Action.(Said)
			return []ws.Message{{Topic: "wall", Action: map[string]any{
				"declared": said, "other struct": echo(said), "same name": alsoSaid{}, "undeclared": Burnt{}, "last": said,
			}[said.Text]}, {Topic: "free", Action: alsoSaid{}}}
		})),
		ws.Grant("wall", open), ws.Grant("free", open),
	)
	t.Cleanup(func() {
		for _, complaint := range []string{"does not carry ws_test.alsoSaid", "does not carry ws_test.Burnt"} {
			if !strings.Contains(complaints.String(), complaint) {
				t.Errorf("nobody complained that it %s:\n%s", complaint, &complaints)
			}
		}
	})
	h.serve()
	c := h.dial("/")
	c.send(`{"type":"subscribe","topics":["wall","free"]}`)
	c.want("subscribed")
	var wall, free []string
	for _, text := range []string{"declared", "other struct", "same name", "undeclared", "last"} {
		h.say("1", text)
	}
	for len(free) < 5 || len(wall) < 3 {
		f := c.want("event")
		for name := range f.Action {
			if f.Topic == "free" {
				free = append(free, name)
			} else {
				wall = append(wall, name)
			}
		}
	}
	if want := []string{"Said", "echo", "Said"}; !slices.Equal(wall, want) {
		t.Errorf("the topic carried %q, want %q", wall, want)
	}
}

type find struct {
	Text  string `json:"text"`
	Limit int    `json:"limit"`
}

func TestQueriesGetTheirParameters(t *testing.T) {
	t.Parallel()
	h := open(t, ws.Options{},
		ws.Query("find", func(_ context.Context, _ store.Actor, f find) (find, error) { return f, nil },
			func(f find) []string { return []string{"found:" + f.Text} }))
	c := h.dial("/ws")
	for params, want := range map[string]string{
		``:                                   `{"text":"","limit":0}`,
		`,"params":null`:                     `{"text":"","limit":0}`,
		`,"params":{"limit":3,"later":true}`: `{"text":"","limit":3}`,
	} {
		c.send(`{"type":"query","id":"q","name":"find"%s}`, params)
		if f := c.want("result"); string(f.Data) != want {
			t.Errorf("with %q it found %s, want %s", params, f.Data, want)
		}
	}
	for params, field := range map[string]string{`{"limit":"3"}`: "params.limit", `7`: "params", `[]`: "params"} {
		for _, live := range []bool{false, true} {
			c.send(`{"type":"query","id":"q","name":"find","params":%s,"live":%v}`, params, live)
			if f := c.refused("q", "bad_request"); f.Fields[field] == "" {
				t.Errorf("with %s the fields are %v; want %q among them", params, f.Fields, field)
			}
		}
	}
}

func TestAHubDescribesWhatItOffers(t *testing.T) {
	t.Parallel()
	rt := store.NewRuntime(memory.New(), store.Options{})
	buildings := store.New(rt, "building", store.Combine(
		rooms{},
		store.Scope("lobby", rooms{}, func(s *room) *room { return s }, func(a lobby) roomAction { return a }),
		store.ForEach("flats", rooms{}, func(s *room, _ string) *room { return s }, func(a flat) roomAction { return a }),
	))
	hub := ws.NewHub(rt, ws.Options{})
	hub.Add(
		ws.Expose(buildings, ws.Commands(Say{}, lobby{Say{}}, flat{"", Say{}})),
		ws.Expose(store.New(rt, "hidden", rooms{}), ws.Commands()),
		ws.Grant("wall", nil), ws.Grant("room", nil),
		ws.Publishes("wall", alsoSaid{}, lobby{Said{}}), ws.Publishes("me", Said{}),
		ws.Query("find", func(context.Context, store.Actor, find) ([]string, error) { return nil, nil }, nil),
	)
	got := hub.Describe()
	keyed := reflect.TypeFor[struct {
		Key    string `json:"key"`
		Action Say    `json:"action"`
	}]()
	if want := (map[string]map[string]reflect.Type{"building": {
		"Say": reflect.TypeFor[Say](), "lobby.Say": reflect.TypeFor[Say](), "flats.Say": keyed,
	}}); !reflect.DeepEqual(got.Commands, want) {
		t.Errorf("commands %v, want %v", got.Commands, want)
	}
	if want := (map[string]map[string]reflect.Type{
		"wall": {"Said": reflect.TypeFor[alsoSaid](), "lobby.Said": reflect.TypeFor[Said]()},
		"me":   {"Said": reflect.TypeFor[Said]()},
		"room": nil,
	}); !reflect.DeepEqual(got.Topics, want) {
		t.Errorf("topics %v, want %v", got.Topics, want)
	}
	if want := map[string]ws.QueryTypes{"find": {reflect.TypeFor[find](), reflect.TypeFor[[]string]()}}; !reflect.DeepEqual(got.Queries, want) {
		t.Errorf("queries %v, want %v", got.Queries, want)
	}
	if !slices.Contains(got.Codes, "too_many_subscriptions") {
		t.Errorf("codes %q lack the hub's own", got.Codes)
	}
	if frame, err := json.Marshal(reflect.New(keyed).Interface()); err != nil || string(frame) != `{"key":"","action":{"Text":""}}` {
		t.Errorf("%s, %v", frame, err)
	}
}

// flat is a room of many.
type flat struct {
	Key    string
	Action roomAction
}

func (flat) room() {}
