package ws_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/composable-go/composable/eventlog/memory"
	"github.com/composable-go/composable/store"
	"github.com/composable-go/composable/web"
	"github.com/composable-go/composable/ws"
)

const guide = "../docs/websocket.md"

// The server of the guide's examples sells seats.
type (
	hall    struct{ Held []string }
	seating interface{ seating() }
	Hold    struct {
		Seat string `json:"seat"`
	}
	Held struct {
		Seat string `json:"seat"`
	}
	seller struct{}
)

func (Hold) seating() {}
func (Held) seating() {}

func (seller) Actions() store.Actions[seating] {
	return store.Actions[seating]{Commands: []seating{Hold{}}, Events: []seating{Held{}}}
}

func (seller) Reduce(s *hall, a seating, _ store.Env) (store.Effects, error) {
	switch a := a.(type) {
	case Hold:
		if slices.Contains(s.Held, a.Seat) {
			return nil, store.Refuse(store.Conflict, "seat_taken", "somebody was faster").WithField("seat", "is taken")
		}
		return store.Effects{store.Record(Held(a))}, nil
	case Held:
		s.Held = append(s.Held[:len(s.Held):len(s.Held)], a.Seat)
	}
	return nil, nil
}

type which struct {
	Event string `json:"event"`
}

// openGuide serves what the guide's examples talk to.
func openGuide(t *testing.T) *house {
	t.Helper()
	logger := slog.New(slog.DiscardHandler)
	h := &house{t: t, rt: store.NewRuntime(memory.New(), store.Options{Logger: logger})}
	events := store.New(h.rt, "event", seller{})
	public := func(e ws.Recorded[seating]) []ws.Message {
		return []ws.Message{{Topic: "event:" + e.Key, Action: e.Action}}
	}
	seats := func(ctx context.Context, _ store.Actor, p which) (any, error) {
		s, err := events.State(ctx, p.Event)
		return map[string]any{"held": append([]string{}, s.State.Held...)}, err
	}
	hub := ws.NewHub(h.rt, ws.Options{Logger: logger, Problem: web.Problem})
	hub.Add(
		ws.Expose(events, ws.Commands(Hold{}), ws.View(public)),
		ws.Publishes("event", Held{}),
		ws.Grant("event", func(_ context.Context, _ store.Actor, key string) (bool, error) { return key != "secret", nil }),
		ws.Query("seats", seats, func(p which) []string { return []string{"event:" + p.Event} }),
		ws.Presence("event"),
	)
	h.hub = hub
	for _, start := range []func(context.Context) error{h.rt.Start, hub.Start} {
		if err := start(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	router := web.NewRouter(web.Options{Logger: logger})
	router.Mount("/ws", hub.Handler(byHeader))
	h.server = httptest.NewServer(router)
	t.Cleanup(h.close)
	return h
}

func readGuide(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile(guide)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// blocks returns the guide's fenced blocks of a language.
func blocks(t *testing.T, language string) (bodies []string) {
	t.Helper()
	for _, found := range regexp.MustCompile("(?s)```"+language+"\n(.*?)```").FindAllStringSubmatch(readGuide(t), -1) {
		bodies = append(bodies, found[1])
	}
	return bodies
}

func TestTheGuidesConversations(t *testing.T) {
	t.Parallel()
	conversations := blocks(t, "frames")
	if len(conversations) < 9 {
		t.Errorf("the guide has only %d conversations", len(conversations))
	}
	for _, conversation := range conversations {
		first, _, _ := strings.Cut(conversation, "\n")
		t.Run(first, func(t *testing.T) {
			t.Parallel()
			s := stage{house: openGuide(t), clients: map[string]*client{}}
			for line := range strings.Lines(conversation) {
				s.play(strings.TrimSpace(line))
			}
		})
	}
}

// stage is where a conversation is played, by clients who are signed in as they are
// called.
type stage struct {
	*house
	clients map[string]*client
	posted  string // what was answered to the last POST
}

func (s *stage) play(line string) {
	s.t.Helper()
	switch words := strings.SplitN(line, " ", 3); {
	case len(words) != 3:
		s.t.Fatalf("not a line of a conversation: %s", line)
	case words[0] == "POST" && words[1] == "→":
		s.posted = s.exchange(words[2])
	case words[0] == "POST":
		s.same(s.posted, words[2])
	case words[1] == "→":
		s.client(words[0]).send("%s", words[2])
	default:
		s.same(s.hear(words[0]), words[2])
	}
}

func (s *stage) client(name string) *client {
	if s.clients[name] == nil {
		s.clients[name] = s.dial("/ws", "X-Actor", name)
	}
	return s.clients[name]
}

func (s *stage) hear(name string) string {
	s.t.Helper()
	c := s.client(name)
	_, data, err := c.Read(c.ctx)
	if err != nil {
		s.t.Fatalf("%s hears nothing: %v", name, err)
	}
	return string(data)
}

// exchange posts a frame as ada and returns the status and the body.
func (s *stage) exchange(frame string) string {
	s.t.Helper()
	r, err := http.NewRequestWithContext(s.t.Context(), "POST", s.server.URL+"/ws", strings.NewReader(frame))
	if err != nil {
		s.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("X-Actor", "ada")
	response, err := s.server.Client().Do(r)
	if err != nil {
		s.t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return fmt.Sprint(response.StatusCode, " ", string(body))
}

// same compares JSON after a common beginning; "…" in what is wanted is any text.
func (s *stage) same(got, want string) {
	s.t.Helper()
	brace := strings.Index(want, "{")
	var a, b map[string]any
	if !strings.HasPrefix(got, want[:brace]) || json.Unmarshal([]byte(got[brace:]), &a) != nil {
		s.t.Fatalf("got  %s\nwant %s", got, want)
	}
	if err := json.Unmarshal([]byte(want[brace:]), &b); err != nil {
		s.t.Fatalf("%s: %v", want, err)
	}
	forget(a, b)
	if !reflect.DeepEqual(a, b) {
		s.t.Fatalf("got  %s\nwant %s", got, want)
	}
}

// forget replaces the texts of got that want leaves open.
func forget(got, want map[string]any) {
	for name, value := range want {
		if text, ok := got[name].(string); ok && value == "…" && text != "" {
			got[name] = value
		}
		inner, ok := got[name].(map[string]any)
		if outer, both := value.(map[string]any); ok && both {
			forget(inner, outer)
		}
	}
}

func TestTheGuidesServerIsTheOneOfItsTests(t *testing.T) {
	t.Parallel()
	source, err := os.ReadFile("guide_test.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, code := range blocks(t, "go") {
		if !strings.Contains(string(source), strings.ReplaceAll("\t"+strings.TrimSpace(code), "\n", "\n\t")) {
			t.Errorf("this is not what runs:\n%s", code)
		}
	}
}
