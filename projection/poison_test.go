package projection_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"github.com/composable-go/composable/eventlog"
	"github.com/composable-go/composable/projection"
)

// indigestible is a read model that cannot digest the event at position 5 while
// the switch is on.
func indigestible(on *atomic.Bool) projection.Projection {
	return balances(func(m projection.Meta) error {
		if m.Position == 5 && on.Load() {
			panic("cannot digest")
		}
		return nil
	})
}

func TestPoisonStopsTheLineBehindTheGoodEvents(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, l ledger) {
		var poisoned atomic.Bool
		poisoned.Store(true)
		position := l.deposit(t, "a", 0, 10)
		r := l.start(t, indigestible(&poisoned))
		s := await(t, r, standsStill)
		f := s.Failure
		if f.Position != 5 || f.Stream != (eventlog.StreamID{Store: "account", Key: "a"}) || f.Event != "deposited" || f.Attempts < 1 || f.Since.IsZero() {
			t.Errorf("failure = %+v; want the event at position 5", f)
		}
		if amount, _ := l.balance(t, r, 4); amount != 4 || s.Position != 4 || s.Lag != 6 {
			t.Errorf("amount = %d, position = %d, lag = %d; want 4, 4 and 6", amount, s.Position, s.Lag)
		}
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		defer cancel()
		if err := r.Wait(ctx, position); !errors.Is(err, projection.ErrStale) {
			t.Errorf("Wait: %v, want ErrStale", err)
		}
		poisoned.Store(false)
		if amount, _ := l.balance(t, r, position); amount != 10 {
			t.Errorf("amount = %d once the event can be digested, want 10", amount)
		}
		if s := await(t, r, func(s projection.Status) bool { return s.Lag == 0 }); s.Failure != nil || s.Age != 0 {
			t.Errorf("status = %+v; want no failure and no age", s)
		}
	})
}

func TestAnEventThatCannotBeDecodedStopsTheLine(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, l ledger) {
		l.deposit(t, "a", 0, 2)
		o, err := l.log.Append(t.Context(), []eventlog.Append{{
			Stream: eventlog.StreamID{Store: "account", Key: "b"},
			Events: []eventlog.NewEvent{{Name: "deposited", Data: []byte(`{"Amount":"much"}`)}},
			Meta:   eventlog.Meta{At: time.Now().Add(-time.Hour)},
		}})
		if err != nil || o[0].Err != nil {
			t.Fatal(err, o)
		}
		s := await(t, l.start(t, balances(fine)), standsStill)
		if s.Failure.Position != 3 || s.Lag != 1 || s.Age < time.Hour {
			t.Errorf("status = %+v; want it to stand at position 3, one event of an hour ago behind", s)
		}
	})
}

func TestRetryTriesAtOnce(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, l ledger) {
		var poisoned atomic.Bool
		poisoned.Store(true)
		position := l.deposit(t, "a", 0, 10)
		r := l.startWith(t, time.Hour, indigestible(&poisoned))
		await(t, r, standsStill)
		poisoned.Store(false)
		if err := r.Retry(t.Context(), "balances"); err != nil {
			t.Fatal(err)
		}
		if amount, _ := l.balance(t, r, position); amount != 10 {
			t.Errorf("amount = %d, want 10", amount)
		}
		if err := r.Retry(t.Context(), "unknown"); !errors.Is(err, projection.ErrUnknown) {
			t.Errorf("Retry of an unknown one: %v", err)
		}
	})
}

// TestSkipPassesOverOneEvent orders it on each node in turn.
func TestSkipPassesOverOneEvent(t *testing.T) {
	t.Parallel()
	for order, from := range map[string]func(owner, other *projection.Runner) *projection.Runner{
		"on the owner":    func(owner, _ *projection.Runner) *projection.Runner { return owner },
		"on another node": func(_, other *projection.Runner) *projection.Runner { return other },
	} {
		t.Run(order, func(t *testing.T) {
			t.Parallel()
			onEach(t, func(t *testing.T, l ledger) {
				var poisoned atomic.Bool
				poisoned.Store(true)
				position := l.deposit(t, "a", 0, 10)
				owner := l.startWith(t, time.Hour, indigestible(&poisoned))
				await(t, owner, standsStill)
				r := from(owner, l.startWith(t, time.Hour, indigestible(&poisoned)))
				await(t, r, standsStill)
				for _, wrong := range []int64{0, 4, 6} {
					if err := r.Skip(t.Context(), "balances", wrong); !errors.Is(err, projection.ErrNotThere) {
						t.Errorf("Skip(%d): %v, want ErrNotThere", wrong, err)
					}
				}
				if err := r.Skip(t.Context(), "balances", 5); err != nil {
					t.Fatal(err)
				}
				if amount, events := l.balance(t, r, position); amount != 9 || events != 9 {
					t.Errorf("amount, events = %d, %d; want all but one of 10", amount, events)
				}
				if err := r.Skip(t.Context(), "balances", 5); !errors.Is(err, projection.ErrNotThere) {
					t.Errorf("Skip of what is passed: %v, want ErrNotThere", err)
				}
			})
		})
	}
}

func TestARebuildMeetsTheSkippedEventAgain(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, l ledger) {
		var poisoned atomic.Bool
		poisoned.Store(true)
		position := l.deposit(t, "a", 0, 10)
		r := l.startWith(t, time.Hour, indigestible(&poisoned))
		await(t, r, standsStill)
		if err := r.Skip(t.Context(), "balances", 5); err != nil {
			t.Fatal(err)
		}
		l.balance(t, r, position)
		rebuilt := make(chan error, 1)
		go func() { rebuilt <- r.Rebuild(t.Context(), "balances") }()
		s := await(t, r, func(s projection.Status) bool { return s.Rebuild != nil && s.Rebuild.Failure != nil })
		if s.Rebuild.Failure.Position != 5 || s.Failure != nil {
			t.Errorf("status = %+v; want the rebuild alone to stand at position 5", s)
		}
		if amount, _ := l.balance(t, r, position); amount != 9 {
			t.Errorf("amount = %d while the rebuild stands still, want 9", amount)
		}
		poisoned.Store(false)
		if err := r.Retry(t.Context(), "balances"); err != nil {
			t.Fatal(err)
		}
		if err := <-rebuilt; err != nil {
			t.Fatal(err)
		}
		if amount, _ := l.balance(t, r, position); amount != 10 {
			t.Errorf("amount = %d after the rebuild, want 10", amount)
		}
	})
}
