package store_test

import (
	"context"
	"errors"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/composable-go/composable/eventlog"
	"github.com/composable-go/composable/eventlog/memory"
	"github.com/composable-go/composable/eventlog/sqlite"
	"github.com/composable-go/composable/store"
)

// A library has had three forms of one event, and another name for the other.
type library struct{ Items []string }

type (
	shelfAction interface{ library() }

	put     struct{ Item string }
	stored  struct{ Items []string }
	cleared struct{}

	storedV1 struct{ Name string }
	storedV2 struct{ Item string }
)

func (put) library()     {}
func (stored) library()  {}
func (cleared) library() {}

func (stored) ActionName() string   { return "stored@3" }
func (storedV2) ActionName() string { return "stored@2" }

type shelfReducer struct{}

func (shelfReducer) Actions() store.Actions[shelfAction] {
	return store.Actions[shelfAction]{
		Commands: []shelfAction{put{}},
		Events:   []shelfAction{stored{}, cleared{}},
		Former: []store.Former{
			store.Renamed("emptied", cleared{}),
			store.Upcast("stored", func(old storedV1) storedV2 { return storedV2{Item: old.Name} }),
			store.Upcast("stored@2", func(old storedV2) stored {
				if old.Item == "" {
					panic("an item without a name")
				}
				return stored{Items: []string{old.Item}}
			}),
		},
	}
}

func (shelfReducer) Reduce(s *library, a shelfAction, _ store.Env) (store.Effects, error) {
	switch a := a.(type) {
	case put:
		return store.Effects{store.Record(stored{[]string{a.Item}})}, nil
	case stored:
		s.Items = append(s.Items, a.Items...)
	case cleared:
		s.Items = nil
	}
	return nil, nil
}

// history appends events as former programs did.
func history(t *testing.T, log eventlog.Log, stream string, events ...eventlog.NewEvent) {
	t.Helper()
	kind, key, _ := strings.Cut(stream, "/")
	o, err := log.Append(t.Context(), []eventlog.Append{{
		Stream: eventlog.StreamID{Store: kind, Key: key}, Events: events, Meta: eventlog.Meta{At: time.Now()},
	}})
	if err != nil || o[0].Err != nil {
		t.Fatal(err, o)
	}
}

func past(name, data string) eventlog.NewEvent {
	return eventlog.NewEvent{Name: name, Data: []byte(data)}
}

func onEachLog(t *testing.T, run func(t *testing.T, log eventlog.Backend)) {
	t.Helper()
	t.Run("memory", func(t *testing.T) {
		t.Parallel()
		run(t, memory.New())
	})
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		log, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "test.db"))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = log.Close() })
		run(t, log)
	})
}

// shelves runs a store of shelves until the test ends.
func shelves(t *testing.T, log eventlog.Backend) *store.Store[library, shelfAction] {
	t.Helper()
	rt := store.NewRuntime(log, store.Options{Logger: slog.New(slog.DiscardHandler)})
	s := store.New(rt, "library", shelfReducer{})
	run(t, rt)
	return s
}

// run starts the runtime and closes it with the test.
func run(t *testing.T, rt *store.Runtime) {
	t.Helper()
	if err := rt.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { fixture{rt: rt}.close(t) })
}

func TestFormerEventsAreReadAsTodays(t *testing.T) {
	t.Parallel()
	onEachLog(t, func(t *testing.T, log eventlog.Backend) {
		history(t, log, "library/a",
			past("stored", `{"Name":"cup"}`), past("emptied", `{}`), past("stored", `{"Name":"jar"}`),
			past("stored@2", `{"Item":"pot"}`), past("stored@3", `{"Items":["pan","lid"]}`))
		s := shelves(t, log)
		if _, err := s.Send(t.Context(), "a", put{"mug"}); err != nil {
			t.Fatal(err)
		}
		got, err := s.State(t.Context(), "a")
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(library{[]string{"jar", "pot", "pan", "lid", "mug"}}, got.State); diff != "" {
			t.Error(diff)
		}
		want := []string{
			`stored@3 {"Items":["cup"]}`, `cleared {}`, `stored@3 {"Items":["jar"]}`,
			`stored@3 {"Items":["pot"]}`, `stored@3 {"Items":["pan","lid"]}`, `stored@3 {"Items":["mug"]}`,
		}
		all, err := s.Runtime().Log().ReadAll(t.Context(), 0, 100)
		if diff := cmp.Diff(want, texts(all)); err != nil || diff != "" {
			t.Error(err, diff)
		}
		one, err := s.Runtime().Log().ReadStream(t.Context(), eventlog.StreamID{Store: "library", Key: "a"}, 0, 100)
		if diff := cmp.Diff(want, texts(one)); err != nil || diff != "" {
			t.Error(err, diff)
		}
		raw, err := log.ReadAll(t.Context(), 0, 1)
		if diff := cmp.Diff([]string{`stored {"Name":"cup"}`}, texts(raw)); err != nil || diff != "" {
			t.Error("the log was rewritten:", err, diff)
		}
	})
}

func texts(events []eventlog.Event) (all []string) {
	for _, e := range events {
		all = append(all, e.Name+" "+string(e.Data))
	}
	return all
}

func TestAReaderStopsBeforeWhatItCannotRead(t *testing.T) {
	t.Parallel()
	unreadable := map[string]struct {
		event  eventlog.NewEvent
		cause  error
		remedy string
	}{
		"unknown":       {past("painted", `{}`), store.ErrUnknownAction, `"painted" at position 4, version 2 of library/a is not known; declare it`},
		"not an event":  {past("put", `{}`), store.ErrUnknownAction, "declare it"},
		"malformed":     {past("stored", `[]`), store.ErrBadAction, `"stored" at position 4, version 2 of library/a cannot be read`},
		"upcast panics": {past("stored", `{}`), store.ErrBadAction, "an item without a name"},
	}
	for name, u := range unreadable {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			log := memory.New()
			history(t, log, "other/a", past("whatever", `{}`))
			history(t, log, "library/b", past("store.unheard", `{}`))
			history(t, log, "library/a", past("stored", `{"Name":"cup"}`), u.event, past("cleared", `{}`))
			s := shelves(t, log)
			reader := s.Runtime().Log()
			first, err := reader.ReadAll(t.Context(), 0, 100)
			if len(first) != 3 || err != nil {
				t.Fatalf("%d events, %v; want the 3 before it", len(first), err)
			}
			none, err := reader.ReadAll(t.Context(), first[2].Position, 100)
			var unread *store.EventError
			if len(none) > 0 || !errors.As(err, &unread) || !errors.Is(err, u.cause) || !strings.Contains(err.Error(), u.remedy) {
				t.Fatalf("%d events, %v; want an EventError that says %q", len(none), err, u.remedy)
			}
			want := store.EventError{
				Stream: eventlog.StreamID{Store: "library", Key: "a"}, Version: 2, Position: 4, Name: u.event.Name, At: unread.At, Cause: unread.Cause,
			}
			if *unread != want {
				t.Errorf("got %+v, want %+v", *unread, want)
			}
			if _, err := reader.ReadStream(t.Context(), want.Stream, 1, 1); !errors.As(err, &unread) {
				t.Errorf("ReadStream: %v; want an EventError", err)
			}
			if _, err := s.Send(t.Context(), "a", put{"mug"}); !errors.Is(err, store.ErrInternal) {
				t.Errorf("Send: %v; want ErrInternal", err)
			}
			if _, err := s.Send(t.Context(), "b", put{"mug"}); err != nil {
				t.Errorf("Send to a stream with an event of the engine's own: %v", err)
			}
		})
	}
}

func TestFormerEventsAreCheckedAtTheStart(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		former []store.Former
		remedy string
	}{
		"declared today": {[]store.Former{store.Renamed("cleared", stored{})}, `such as "cleared@2"`},
		"unknown target": {[]store.Former{store.Renamed("gone", storedV2{})}, `becomes "stored@2", which is not declared as an event`},
		"no event":       {[]store.Former{store.Renamed("gone", put{})}, `becomes "put", which is not declared as an event`},
		"itself":         {[]store.Former{store.Renamed("stored@2", storedV2{})}, "becomes itself again"},
		"cycle": {[]store.Former{
			store.Renamed("gone", storedV2{}), store.Upcast("stored@2", func(storedV2) storedV1 { return storedV1{} }),
			store.Renamed("storedV1", storedV2{}),
		}, "becomes itself again"},
		"twice":      {[]store.Former{store.Renamed("gone", stored{}), store.Renamed("gone", cleared{})}, "listed twice"},
		"not struct": {[]store.Former{store.Renamed("gone", nil)}, "must become a struct value"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			actions := shelfReducer{}.Actions()
			actions.Former = c.former
			if _, err := store.NewCodec(actions); err == nil || !strings.Contains(err.Error(), c.remedy) {
				t.Errorf("err = %v; want one that says %q", err, c.remedy)
			}
		})
	}
}

type engines struct{}

func (engines) library()           {}
func (engines) ActionName() string { return "store.mine" }

func TestNamesOfTheEngineAreRefused(t *testing.T) {
	t.Parallel()
	_, err := store.NewCodec(store.Actions[shelfAction]{Events: []shelfAction{engines{}}})
	if err == nil || !strings.Contains(err.Error(), `does not begin with "store."`) {
		t.Errorf("err = %v; want the remedy", err)
	}
}

func TestPagesEndBeforeWhatCannotBeReadThoughTheyGoOn(t *testing.T) {
	t.Parallel()
	log := memory.New()
	history(t, log, "library/a", past("cleared", `{}`), past("painted", `{}`), past("cleared", `{}`))
	s := shelves(t, log)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	if _, err := s.State(ctx, "a"); !errors.Is(err, store.ErrInternal) {
		t.Errorf("State: %v; want ErrInternal, not the state before the unknown event", err)
	}
	if old, err := s.State(ctx, "a", store.AtVersion(1)); err != nil || old.Version != 1 {
		t.Errorf("State at version 1: %+v, %v; want it", old, err)
	}
}
