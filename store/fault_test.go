package store_test

import (
	"context"
	"errors"
	"log/slog"
	"math/rand/v2"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/composable-go/composable/eventlog"
	"github.com/composable-go/composable/eventlog/memory"
	"github.com/composable-go/composable/store"
)

// slowLog lets appends through one by one, or fails them.
type slowLog struct {
	eventlog.Backend
	before func() error
}

func (l slowLog) Append(ctx context.Context, batch []eventlog.Append) ([]eventlog.Outcome, error) {
	if err := l.before(); err != nil {
		return nil, err
	}
	return l.Backend.Append(ctx, batch)
}

func startWith(t *testing.T, log eventlog.Backend, o store.Options) fixture {
	t.Helper()
	o.Logger = slog.New(slog.DiscardHandler)
	rt := store.NewRuntime(log, o)
	f := fixture{rt, store.New(rt, "counter", counterReducer{})}
	if err := rt.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.close(t) })
	return f
}

func TestAFullQueueIsOverloaded(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		gate := make(chan struct{})
		log := slowLog{memory.New(), func() error { <-gate; return nil }}
		f := startWith(t, log, store.Options{MaxWaiting: 2})
		var waiting sync.WaitGroup
		for range 2 {
			waiting.Go(func() { f.send(t, "busy", add{1}) })
		}
		synctest.Wait()
		if _, err := f.counters.Send(t.Context(), "busy", add{1}); !errors.Is(err, store.ErrOverloaded) {
			t.Errorf("err = %v, want ErrOverloaded", err)
		}
		close(gate)
		waiting.Wait()
		f.send(t, "busy", add{1})
		if s := f.state(t, "busy"); s.Count != 3 {
			t.Errorf("count = %d, want 3", s.Count)
		}
	})
}

func TestNothingIsVisibleBeforeItsCommit(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		gate := make(chan struct{})
		log := slowLog{memory.New(), func() error { <-gate; return nil }}
		f := startWith(t, log, store.Options{})
		var order []string
		var mu sync.Mutex
		var all sync.WaitGroup
		note := func(what string) {
			mu.Lock()
			defer mu.Unlock()
			order = append(order, what)
		}
		all.Go(func() { f.send(t, "a", add{1}); note("sent") })
		synctest.Wait()
		all.Go(func() { f.state(t, "a"); note("read") })
		all.Go(func() {
			_, err := f.counters.Send(t.Context(), "a", add{-5}) // refused on a count of 1, which is in flight
			if !errors.Is(err, errNegative) {
				t.Errorf("err = %v, want the refusal", err)
			}
			note("refused")
		})
		synctest.Wait()
		if len(order) != 0 {
			t.Errorf("%q before the commit", order)
		}
		close(gate)
		all.Wait()
	})
}

// What was decided on an outcome that did not come about must not be committed, even
// where the version fits by chance.
func TestWhatFollowsAFailedCommitIsDecidedAnew(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		gate := make(chan struct{})
		log := memory.New()
		f := startWith(t, slowLog{log, func() error { <-gate; return nil }}, store.Options{MaxBatch: 1})
		var all sync.WaitGroup
		all.Go(func() { f.send(t, "a", add{5}) })
		synctest.Wait()
		all.Go(func() {
			_, err := f.counters.Send(t.Context(), "a", add{-5}) // possible only after the 5
			if err != nil && !errors.Is(err, errNegative) {
				t.Error(err)
			}
		})
		synctest.Wait()
		_, err := log.Append(t.Context(), []eventlog.Append{{ // somebody else is first
			Stream: eventlog.StreamID{Store: "counter", Key: "a"},
			Events: []eventlog.NewEvent{{Name: "added", Data: []byte(`{"By":1}`)}},
		}})
		if err != nil {
			t.Fatal(err)
		}
		close(gate)
		all.Wait()
		last, err := f.counters.State(t.Context(), "a")
		if err != nil {
			t.Fatal(err)
		}
		for version := range last.Version {
			s, err := f.counters.State(t.Context(), "a", store.AtVersion(version+1))
			if err != nil || s.State.Count < 0 {
				t.Errorf("version %d: a count of %d, %v", version+1, s.State.Count, err)
			}
		}
	})
}

// endingLog ends the context of a call right after its append was answered with a
// conflict.
type endingLog struct {
	eventlog.Backend
	end func()
}

func (l endingLog) Append(ctx context.Context, batch []eventlog.Append) ([]eventlog.Outcome, error) {
	outcomes := make([]eventlog.Outcome, len(batch))
	for i := range outcomes {
		outcomes[i].Err = eventlog.ErrConflict
	}
	l.end()
	return outcomes, nil
}

func TestAConflictAtTheDeadlineIsATimeout(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	rt := store.NewRuntime(endingLog{memory.New(), cancel}, store.Options{
		Logger: slog.New(slog.DiscardHandler), Simulated: rand.New(rand.NewPCG(1, 0)), // commits within Send
	})
	f := fixture{rt, store.New(rt, "counter", counterReducer{})}
	if err := rt.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := f.counters.Send(ctx, "a", add{1}); !errors.Is(err, store.ErrTimeout) {
		t.Errorf("err = %v, want ErrTimeout", err)
	}
	f.close(t)
}

func TestAFailedTransactionLeavesNothingBehind(t *testing.T) {
	t.Parallel()
	down := false
	log := slowLog{memory.New(), func() error {
		if down {
			return errors.New("connection lost")
		}
		return nil
	}}
	f := startWith(t, log, store.Options{})
	f.send(t, "a", add{1})
	down = true
	_, err := f.counters.Send(t.Context(), "a", add{1})
	if !errors.Is(err, store.ErrUnavailable) {
		t.Fatalf("err = %v, want ErrUnavailable", err)
	}
	down = false
	if s := f.state(t, "a"); s.Count != 1 {
		t.Errorf("count = %d after the failure, want 1", s.Count)
	}
	if r := f.send(t, "a", add{1}); r.Version != 2 {
		t.Errorf("version = %d, want 2", r.Version)
	}
}

func TestStreamsBeyondTheCacheAreLoadedAgain(t *testing.T) {
	t.Parallel()
	f := startWith(t, memory.New(), store.Options{MaxStreams: 2})
	var all sync.WaitGroup
	for range 5 {
		for _, key := range []string{"a", "b", "c", "d", "e"} {
			all.Go(func() { f.send(t, key, add{1}) })
		}
	}
	all.Wait()
	for _, key := range []string{"a", "b", "c", "d", "e"} {
		if s := f.state(t, key); s.Count != 5 {
			t.Errorf("%s: %d, want 5", key, s.Count)
		}
	}
}

func TestPreconditionIsAskedWithTheVersionDecidedOn(t *testing.T) {
	t.Parallel()
	f := start(t, memory.New())
	f.send(t, "a", add{1})
	stale := errors.New("stale")
	ctx := store.WithOrigin(t.Context(), store.Origin{Precondition: func(version int64) error {
		if version != 1 {
			return stale
		}
		return nil
	}})
	if _, err := f.counters.Send(ctx, "a", add{1}); err != nil {
		t.Errorf("at version 1: %v", err)
	}
	if _, err := f.counters.Send(ctx, "a", add{1}); !errors.Is(err, stale) {
		t.Errorf("at version 2: %v, want the precondition's error", err)
	}
}
