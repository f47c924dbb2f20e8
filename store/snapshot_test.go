package store_test

import (
	"context"
	"errors"
	"log/slog"
	"math"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/composable-go/composable/eventlog"
	"github.com/composable-go/composable/eventlog/memory"
	"github.com/composable-go/composable/eventlog/sqlite"
	"github.com/composable-go/composable/store"
)

// readLog counts the events that were read from it.
type readLog struct {
	eventlog.Backend
	read *atomic.Int64
}

func (l readLog) ReadStream(ctx context.Context, id eventlog.StreamID, after int64, limit int) ([]eventlog.Event, error) {
	events, err := l.Backend.ReadStream(ctx, id, after, limit)
	l.read.Add(int64(len(events)))
	return events, err
}

func (l readLog) Load(ctx context.Context, id eventlog.StreamID, schema string, limit int) (eventlog.Snapshot, bool, []eventlog.Event, error) {
	s, ok, events, err := l.Backend.Load(ctx, id, schema, limit)
	l.read.Add(int64(len(events)))
	return s, ok, events, err
}

func TestALongStreamIsLoadedFromItsSnapshot(t *testing.T) {
	t.Parallel()
	log := memory.New()
	f := startWith(t, log, store.Options{SnapshotEvery: 10})
	for range 25 {
		f.send(t, "a", add{1})
	}
	f.close(t)
	var read atomic.Int64
	again := startWith(t, readLog{log, &read}, store.Options{SnapshotEvery: 10})
	if s := again.state(t, "a"); s.Count != 25 || read.Load() > 10 {
		t.Errorf("count = %d after %d events, want 25 after at most 10", s.Count, read.Load())
	}
	if s, err := again.counters.State(t.Context(), "a", store.AtVersion(3)); err != nil || s.State.Count != 3 {
		t.Errorf("at version 3: %+v, %v", s, err)
	}
	again.send(t, "a", add{-25}) // decided on the snapshot
	if _, err := again.counters.Send(t.Context(), "a", add{-1}); !errors.Is(err, errNegative) {
		t.Errorf("err = %v, want the refusal", err)
	}
}

func TestALoadThatReadMuchLeavesASnapshot(t *testing.T) {
	t.Parallel()
	log := memory.New()
	f := startWith(t, log, store.Options{})
	for range 30 {
		f.send(t, "a", add{1})
	}
	f.close(t)
	second := startWith(t, log, store.Options{SnapshotEvery: 20})
	second.state(t, "a")
	second.close(t)
	var read atomic.Int64
	third := startWith(t, readLog{log, &read}, store.Options{SnapshotEvery: 20})
	if s := third.state(t, "a"); s.Count != 30 || read.Load() != 0 {
		t.Errorf("count = %d after %d events, want 30 after none", s.Count, read.Load())
	}
}

// tardyLog takes a second of virtual time to load a stream.
type tardyLog struct{ eventlog.Backend }

func (l tardyLog) Load(ctx context.Context, id eventlog.StreamID, schema string, limit int) (eventlog.Snapshot, bool, []eventlog.Event, error) {
	<-time.After(time.Second)
	return l.Backend.Load(ctx, id, schema, limit)
}

func TestASlowLoadLeavesASnapshotOfFewEvents(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		log := memory.New()
		f := startWith(t, log, store.Options{})
		f.send(t, "a", add{3})
		f.close(t)
		var read atomic.Int64
		for i, slow := range []eventlog.Backend{log, tardyLog{log}} {
			again := startWith(t, readLog{slow, &read}, store.Options{})
			if s := again.state(t, "a"); s.Count != 3 || read.Load() != int64(i+1) {
				t.Errorf("count = %d after %d events, want 3 after %d", s.Count, read.Load(), i+1)
			}
			again.close(t)
		}
		last := startWith(t, readLog{log, &read}, store.Options{})
		if s := last.state(t, "a"); s.Count != 3 || read.Load() != 2 {
			t.Errorf("count = %d after %d events, want 3 after 2: the slow load left a snapshot", s.Count, read.Load())
		}
	})
}

// renamedCounter reads the same events into a state of another form.
type renamedCounter struct {
	Total int
	Notes []string
}

type renamedReducer struct{ version int }

func (renamedReducer) Actions() store.Actions[action] { return counterReducer{}.Actions() }

func (r renamedReducer) StateVersion() int { return r.version }

func (r renamedReducer) Reduce(s *renamedCounter, a action, env store.Env) (store.Effects, error) {
	c := counter{s.Total, s.Notes}
	effects, err := counterReducer{}.Reduce(&c, a, env)
	s.Total, s.Notes = c.Count+r.version*1000, c.Notes
	return effects, err
}

func TestASnapshotOfAnotherFormIsNotRead(t *testing.T) {
	t.Parallel()
	log, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "log.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = log.Close() })
	f := startWith(t, log, store.Options{SnapshotEvery: 5})
	for range 5 {
		f.send(t, "a", add{1})
	}
	f.close(t)
	total := func(version int) int {
		rt := store.NewRuntime(log, store.Options{Logger: slog.New(slog.DiscardHandler), SnapshotEvery: 5})
		counters := store.New(rt, "counter", renamedReducer{version})
		if err := rt.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
		s, err := counters.State(t.Context(), "a")
		if err != nil {
			t.Fatal(err)
		}
		if err := rt.Close(t.Context()); err != nil {
			t.Error(err)
		}
		return s.State.Total
	}
	if n := total(0); n != 5 {
		t.Errorf("total = %d in a state of another form, want 5", n)
	}
	if n := total(1); n != 5005 {
		t.Errorf("total = %d in a state of another meaning, want 5005", n)
	}
	if n := total(0); n != 5 {
		t.Errorf("total = %d again, want 5", n)
	}
}

// secretive is a state that JSON would lose a part of.
type secretive struct{ count int }

type secretiveReducer struct{}

func (secretiveReducer) Actions() store.Actions[action] { return counterReducer{}.Actions() }

func (secretiveReducer) Reduce(s *secretive, a action, env store.Env) (store.Effects, error) {
	c := counter{Count: s.count}
	effects, err := counterReducer{}.Reduce(&c, a, env)
	s.count = c.Count
	return effects, err
}

func TestAStateThatJSONWouldCutIsReplayed(t *testing.T) {
	t.Parallel()
	log := memory.New()
	for range 2 {
		rt := store.NewRuntime(log, store.Options{Logger: slog.New(slog.DiscardHandler), SnapshotEvery: 2})
		counters := store.New(rt, "counter", secretiveReducer{})
		if err := rt.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
		before, err := counters.State(t.Context(), "a")
		if err != nil {
			t.Fatal(err)
		}
		for range 5 {
			if _, err := counters.Send(t.Context(), "a", add{1}); err != nil {
				t.Fatal(err)
			}
		}
		if s, err := counters.State(t.Context(), "a"); err != nil || s.State.count != before.State.count+5 {
			t.Errorf("count = %d, %v; want %d", s.State.count, err, before.State.count+5)
		}
		if err := rt.Close(t.Context()); err != nil {
			t.Error(err)
		}
	}
}

// moody is a state that JSON refuses at times.
type moody struct{ Temperature float64 }

type moodyReducer struct{}

func (moodyReducer) Actions() store.Actions[action] { return counterReducer{}.Actions() }

func (moodyReducer) Reduce(s *moody, a action, env store.Env) (store.Effects, error) {
	if _, ok := a.(added); ok {
		s.Temperature = math.Inf(1)
		return nil, nil
	}
	return counterReducer{}.Reduce(&counter{}, a, env)
}

func TestAStateThatCannotBeEncodedIsAnIncidentPerSnapshot(t *testing.T) {
	t.Parallel()
	rt := store.NewRuntime(memory.New(), store.Options{Logger: slog.New(slog.DiscardHandler), SnapshotEvery: 10})
	moods := store.New(rt, "mood", moodyReducer{})
	if err := rt.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	for range 25 {
		if _, err := moods.Send(t.Context(), "a", add{1}); err != nil {
			t.Fatal(err)
		}
	}
	if err := rt.Close(t.Context()); err != nil {
		t.Error(err)
	}
	if n := rt.Incidents()[store.SnapshotRejected]; n != 2 {
		t.Errorf("%d incidents, want 2", n)
	}
}

func TestAFailedCommitLeavesNoSnapshot(t *testing.T) {
	t.Parallel()
	down := false
	log := memory.New()
	f := startWith(t, slowLog{log, func() error {
		if down {
			return errors.New("connection lost")
		}
		return nil
	}}, store.Options{SnapshotEvery: 3})
	f.send(t, "a", add{1})
	f.send(t, "a", add{1})
	down = true
	if _, err := f.counters.Send(t.Context(), "a", add{40}); !errors.Is(err, store.ErrUnavailable) {
		t.Fatal(err)
	}
	down = false
	f.close(t)
	if s := startWith(t, log, store.Options{SnapshotEvery: 3}).state(t, "a"); s.Count != 2 {
		t.Errorf("count = %d, want 2", s.Count)
	}
}

func TestAClosedStreamTakesNothingMore(t *testing.T) {
	t.Parallel()
	log := memory.New()
	f := startWith(t, log, store.Options{SnapshotEvery: 2})
	f.send(t, "a", add{3})
	ctx := store.WithOrigin(t.Context(), store.Origin{CommandID: "last"})
	last, err := f.counters.Send(ctx, "a", finish{})
	if err != nil {
		t.Fatal(err)
	}
	for name, f := range map[string]fixture{"at once": f, "when loaded again": startWith(t, log, store.Options{SnapshotEvery: 2})} {
		if _, err := f.counters.Send(t.Context(), "a", add{1}); !errors.Is(err, store.ErrStreamClosed) {
			t.Errorf("%s: %v, want ErrStreamClosed", name, err)
		}
		if r, err := f.counters.Send(ctx, "a", finish{}); err != nil || r.Version != last.Version {
			t.Errorf("%s: the same command again: %+v, %v; want its first receipt", name, r, err)
		}
		if s := f.state(t, "a"); s.Count != 3 {
			t.Errorf("%s: count = %d, want 3", name, s.Count)
		}
	}
}

func TestTooLargeIsTypedAndLeavesNothing(t *testing.T) {
	t.Parallel()
	f := startWith(t, memory.New(), store.Options{MaxPayload: 1000})
	f.send(t, "a", shout{900})
	_, err := f.counters.Send(t.Context(), "a", shout{10 << 20})
	if !errors.Is(err, store.ErrTooLarge) {
		t.Fatalf("err = %v, want ErrTooLarge", err)
	}
	if s := f.state(t, "a"); s.Count != 1 || s.Notes[0] != strings.Repeat("!", 900) {
		t.Errorf("count = %d with %d notes; want what was there before", s.Count, len(s.Notes))
	}
	if n := f.rt.Incidents()[store.PayloadTooLarge]; n != 1 {
		t.Errorf("%d incidents, want 1", n)
	}
}

func TestAnEventThatCannotBeReadStopsItsStreamLoudly(t *testing.T) {
	t.Parallel()
	log := memory.New()
	for key, e := range map[string]eventlog.NewEvent{
		"unknown": {Name: "vanished", Data: []byte("{}")}, "malformed": {Name: "added", Data: []byte(`{"By":"x"}`)},
	} {
		_, err := log.Append(t.Context(), []eventlog.Append{{Stream: eventlog.StreamID{Store: "counter", Key: key}, Events: []eventlog.NewEvent{e}}})
		if err != nil {
			t.Fatal(err)
		}
	}
	heard := make(chan store.Incident, 2)
	f := startWith(t, log, store.Options{OnIncident: func(i store.Incident) { heard <- i }})
	for _, key := range []string{"unknown", "malformed"} {
		if _, err := f.counters.Send(t.Context(), key, add{1}); !errors.Is(err, store.ErrInternal) {
			t.Errorf("%s: %v, want ErrInternal", key, err)
		}
		if i := <-heard; i.What != store.EventUnreadable || i.Stream.Key != key {
			t.Errorf("%s: incident %+v", key, i)
		}
	}
	f.send(t, "other", add{1})
}
