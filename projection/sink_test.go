package projection_test

import (
	"context"
	"crypto/rand"
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

// append appends events of the stores in one transaction and returns the position of
// the last.
func (l ledger) append(t *testing.T, stores ...string) int64 {
	t.Helper()
	batch := make([]eventlog.Append, len(stores))
	for i, store := range stores {
		batch[i] = eventlog.Append{
			Stream: eventlog.StreamID{Store: store, Key: rand.Text()},
			Events: []eventlog.NewEvent{{Name: "deposited", Data: []byte(`{"Amount":1}`)}},
		}
	}
	o, err := l.log.Append(t.Context(), batch)
	if err != nil {
		t.Fatal(err)
	}
	return o[len(o)-1].Position
}

// TestEventsThatDoNotMatter has few that do, where the batches of a rebuild end
// elsewhere than those of the live read model did.
func TestEventsThatDoNotMatter(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, l ledger) {
		r := l.start(t, balances(fine))
		var last int64
		for _, stores := range [][]string{
			{"other", "other"}, {"account", "other", "other", "other", "other", "other", "other"}, {"other"},
		} {
			last = l.append(t, stores...)
			if err := r.Wait(t.Context(), last); err != nil {
				t.Fatal(err)
			}
		}
		if err := r.Rebuild(t.Context(), "balances"); err != nil {
			t.Fatal(err)
		}
		if err := r.Wait(t.Context(), last); err != nil {
			t.Fatal(err)
		}
		if s := await(t, r, func(s projection.Status) bool { return s.Lag == 0 }); s.Position != last || s.Rebuild != nil {
			t.Errorf("status = %+v; want position %d and no rebuild", s, last)
		}
	})
}
