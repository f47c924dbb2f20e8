package store_test

import (
	"context"
	"errors"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/composable-go/composable/eventlog"
	"github.com/composable-go/composable/eventlog/memory"
	"github.com/composable-go/composable/eventlog/postgres"
	"github.com/composable-go/composable/eventlog/sqlite"
	"github.com/composable-go/composable/internal/pgtest"
	"github.com/composable-go/composable/store"
)

// twoNodes starts two runtimes on one Postgres, each with connections of its own.
func twoNodes(t *testing.T) (a, b fixture) {
	t.Helper()
	url := pgtest.URL(t)
	node := func() fixture {
		log, err := postgres.Open(t.Context(), url)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = log.Close() })
		return start(t, log)
	}
	return node(), node()
}

func TestNodesContendAndLoseNothing(t *testing.T) {
	t.Parallel()
	a, b := twoNodes(t)
	var wg sync.WaitGroup
	var mu sync.Mutex
	accepted := 0
	for _, node := range []fixture{a, b} {
		for range 100 {
			wg.Go(func() {
				_, err := node.counters.Send(context.Background(), "hot", add{1})
				if err != nil && !errors.Is(err, store.ErrConflict) {
					t.Error(err)
				}
				mu.Lock()
				defer mu.Unlock()
				if err == nil {
					accepted++
				}
			})
		}
	}
	wg.Wait()
	for _, node := range []fixture{a, b} {
		if s := node.state(t, "hot"); s.Count != accepted {
			t.Errorf("count = %d, want the %d that were acknowledged", s.Count, accepted)
		}
	}
	if accepted < 100 {
		t.Errorf("only %d of 200 were accepted", accepted)
	}
}

// askedLog is a log in memory that other nodes append to, and counts what it is asked.
type askedLog struct{ readLog }

func (askedLog) Exclusive() bool { return false }

func (l askedLog) ReadStream(ctx context.Context, id eventlog.StreamID, after int64, limit int) ([]eventlog.Event, error) {
	l.read.Add(1)
	return l.Backend.ReadStream(ctx, id, after, limit)
}

func TestAStateThatIncludesAVersionNeedNotBeTheLatest(t *testing.T) {
	t.Parallel()
	log := memory.New()
	var asked atomic.Int64
	a, b := start(t, askedLog{readLog{log, &asked}}), start(t, askedLog{readLog{log, new(atomic.Int64)}})
	mine := a.send(t, "x", add{1})
	theirs := b.send(t, "x", add{2})
	for _, want := range []struct {
		version int64
		count   int
		asks    bool
	}{{mine.Version, 1, false}, {theirs.Version, 3, true}, {mine.Version, 3, false}} {
		before := asked.Load()
		s, err := a.counters.State(t.Context(), "x", store.AtLeast(want.version))
		if err != nil || s.State.Count != want.count || (asked.Load() > before) != want.asks {
			t.Errorf("at least %d: %+v, %v, asked %d times; want %+v", want.version, s, err, asked.Load()-before, want)
		}
	}
}

func TestANodeKnowsWhatTheOtherDecided(t *testing.T) {
	t.Parallel()
	a, b := twoNodes(t)
	b.state(t, "x") // caches the empty stream
	a.send(t, "x", add{1})
	if s := b.state(t, "x"); s.Count != 1 {
		t.Errorf("the other node reads %d, want 1", s.Count)
	}
	a.send(t, "x", add{1})
	b.send(t, "x", add{-2}) // refused on what b has cached
	if s := a.state(t, "x"); s.Count != 0 {
		t.Errorf("count = %d, want 0", s.Count)
	}
}

func TestAwaitSeesTheOtherNode(t *testing.T) {
	t.Parallel()
	a, b := twoNodes(t)
	done := make(chan error, 1)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	go func() {
		_, err := b.counters.Await(ctx, "x", func(c counter) bool { return c.Count == 3 })
		done <- err
	}()
	for range 3 {
		a.send(t, "x", add{1})
	}
	if err := <-done; err != nil {
		t.Error(err)
	}
}

func TestOneCommandIDOnTwoNodesHappensOnce(t *testing.T) {
	t.Parallel()
	a, b := twoNodes(t)
	ctx := store.WithOrigin(t.Context(), store.Origin{CommandID: "once"})
	var wg sync.WaitGroup
	for _, node := range []fixture{a, b, a, b} {
		wg.Go(func() {
			if _, err := node.counters.Send(ctx, "x", add{1}); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if s := a.state(t, "x"); s.Count != 1 {
		t.Errorf("count = %d, want 1", s.Count)
	}
}

func TestDurableEffectsOutliveTheirProcess(t *testing.T) {
	t.Parallel()
	for name, open := range map[string]func(t *testing.T) func() eventlog.Backend{
		"sqlite": func(t *testing.T) func() eventlog.Backend {
			path := filepath.Join(t.TempDir(), "log.db")
			return func() eventlog.Backend { return must[*sqlite.Log](sqlite.Open(context.Background(), path)) }
		},
		"postgres": func(t *testing.T) func() eventlog.Backend {
			url := pgtest.URL(t)
			return func() eventlog.Backend { return must[*postgres.Log](postgres.Open(context.Background(), url)) }
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			reopen := open(t)
			log := reopen()
			first := prepare(log, func(rt *store.Runtime) {
				store.Handle(rt, func(ctx context.Context, _ question, _ store.Key) (store.None, error) {
					<-ctx.Done()
					return store.None{}, ctx.Err()
				})
			})
			if err := first.rt.Start(t.Context()); err != nil {
				t.Fatal(err)
			}
			first.send(t, "a", ask{"why"})
			first.send(t, "b", remind{time.Millisecond})
			cut, cancel := context.WithCancel(t.Context())
			cancel()
			_ = first.rt.Close(cut)
			if err := log.Close(); err != nil {
				t.Fatal(err)
			}
			log = reopen()
			t.Cleanup(func() { _ = log.Close() })
			second := start(t, log)
			second.awaitNote(t, "a", "WHY")
			second.awaitNote(t, "b", "reminded")
		})
	}
}

func must[B eventlog.Backend](b B, err error) eventlog.Backend {
	if err != nil {
		panic(err)
	}
	return b
}
