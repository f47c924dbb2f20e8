package projection_test

import (
	"context"
	"errors"
	"sync"
	"testing"

	"github.com/composable-go/composable/eventlog"
	"github.com/composable-go/composable/eventlog/memory"
	"github.com/composable-go/composable/projection"
)

// tally is a sink in memory. It loses every other batch's answer, as a network does.
type tally struct {
	projection.Handlers[map[string]int]

	mu       sync.Mutex
	position int64
	amounts  map[string]int
	lost     bool
}

func (s *tally) Prepare(context.Context) error { return nil }
func (s *tally) Handles(e eventlog.Event) bool { return s.Handle(e) }

func (s *tally) Position(context.Context) (int64, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.position, nil
}

func (s *tally) Apply(ctx context.Context, b projection.Batch) (int64, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.position != b.After {
		return s.position, nil
	}
	for _, e := range b.Events {
		if err := s.Handlers.Apply(ctx, s.amounts, e); err != nil {
			return 0, err
		}
	}
	s.position = b.Through
	if s.lost = !s.lost; s.lost {
		return 0, errors.New("the answer was lost")
	}
	return b.Through, nil
}

func TestARunnerFeedsAnySink(t *testing.T) {
	t.Parallel()
	log := memory.New()
	t.Cleanup(func() { _ = log.Close() })
	sink := &tally{amounts: map[string]int{}, Handlers: projection.NewHandlers(
		projection.On("account", func(_ context.Context, amounts map[string]int, m projection.Meta, e deposited) error {
			amounts[m.Key] += e.Amount
			return nil
		}))}
	l := ledger{log: log}
	r := l.start(t, projection.Into("tally", sink))
	if err := r.Wait(t.Context(), l.deposit(t, "a", 0, 100)); err != nil {
		t.Fatal(err)
	}
	sink.mu.Lock()
	defer sink.mu.Unlock()
	if sink.amounts["a"] != 100 {
		t.Errorf("amount = %d, want 100", sink.amounts["a"])
	}
	if err := r.Rebuild(t.Context(), "tally"); !errors.Is(err, projection.ErrNoRebuild) {
		t.Errorf("Rebuild: %v, want ErrNoRebuild", err)
	}
}

// TestEventsThatDoNotMatterAreNotWaitedFor has a read model that ignores what is
// written.
func TestEventsThatDoNotMatterAreNotWaitedFor(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, l ledger) {
		r := l.start(t, projection.New("idle", []string{`CREATE TABLE IF NOT EXISTS {idle} (id TEXT PRIMARY KEY)`}))
		position := l.deposit(t, "a", 0, 20)
		if err := r.Wait(t.Context(), position); err != nil {
			t.Fatal(err)
		}
		if err := r.Rebuild(t.Context(), "idle"); err != nil {
			t.Fatal(err)
		}
		if s := await(t, r, func(projection.Status) bool { return true }); s.Position != position || s.Lag != 0 {
			t.Errorf("status = %+v; want position %d", s, position)
		}
	})
}
