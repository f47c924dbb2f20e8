package postgres_test

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/composable-go/composable/eventlog"
	"github.com/composable-go/composable/eventlog/postgres"
	"github.com/composable-go/composable/internal/pgtest"
)

func TestRestartUnderLoadLosesNothing(t *testing.T) {
	t.Parallel()
	server, err := pgtest.Start(false)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := server.Stop(); err != nil {
			t.Error(err)
		}
	})
	log := open(t, server.URL)
	load := &load{log: log}
	for _, id := range streams {
		load.writers.Go(func() { load.write(t.Context(), id) })
	}
	const restarts, more = 3, 50
	for range restarts {
		load.awaitMore(t, more)
		if err := server.Restart(); err != nil {
			t.Error(err)
			break
		}
	}
	// Nobody has opened the log again, or told it that the server is back.
	load.awaitMore(t, more)
	load.over.Store(true)
	load.writers.Wait()
	load.check(t)
}

// load appends until it is over, whatever fails.
type load struct {
	log          *postgres.Log
	writers      sync.WaitGroup
	over         atomic.Bool
	acknowledged atomic.Int64
	positions    sync.Map // of the acknowledged events, to their streams
}

func (l *load) write(ctx context.Context, id eventlog.StreamID) {
	version := int64(0)
	for !l.over.Load() && ctx.Err() == nil {
		outcomes, err := l.log.Append(ctx, []eventlog.Append{{
			Stream: id, Expected: version, Events: []eventlog.NewEvent{{Name: "Happened"}},
			Work: []eventlog.Work{{ID: id.Key, Due: time.Unix(1, 0)}},
		}})
		switch {
		case err != nil: // it may have been committed all the same
			version = l.ask(ctx, id)
		case outcomes[0].Err != nil:
			version = l.ask(ctx, id)
		default:
			version = outcomes[0].Version
			l.positions.Store(outcomes[0].Position, id)
			l.acknowledged.Add(1)
		}
	}
}

// ask returns the stream's version as soon as somebody answers.
func (l *load) ask(ctx context.Context, id eventlog.StreamID) int64 {
	for !l.over.Load() && ctx.Err() == nil {
		if events, err := l.log.ReadStream(ctx, id, 0, 1_000_000); err == nil {
			return int64(len(events))
		}
	}
	return 0
}

// awaitMore returns when n more appends were acknowledged: the log tells by its
// head, also after its connections broke.
func (l *load) awaitMore(t *testing.T, n int64) {
	t.Helper()
	for goal := l.acknowledged.Load() + n; l.acknowledged.Load() < goal; {
		head, err := l.log.Wait(t.Context(), 0)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := l.log.Wait(t.Context(), head); err != nil {
			t.Fatal(err)
		}
	}
}

func (l *load) check(t *testing.T) {
	t.Helper()
	events, err := l.log.ReadAll(t.Context(), 0, 1_000_000)
	if err != nil {
		t.Fatal(err)
	}
	followGapless(t, l.log, len(events))
	l.positions.Range(func(position, id any) bool {
		if n := position.(int64); n > int64(len(events)) || events[n-1].Stream != id {
			t.Errorf("the acknowledged event %d of %s is lost", n, id)
		}
		return true
	})
	if head, err := l.log.Wait(t.Context(), -1); err != nil || head != int64(len(events)) {
		t.Errorf("the head is %d, %v; want %d", head, err, len(events))
	}
	work, err := l.log.Lease(t.Context(), "n", time.Now(), time.Now().Add(time.Minute), 100, eventlog.Kinds{})
	if err != nil || len(work) != len(streams) {
		t.Errorf("leased %d items, %v; want %d", len(work), err, len(streams))
	}
}
