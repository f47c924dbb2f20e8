package projection_test

import (
	"context"
	"errors"
	"log/slog"
	"testing"
	"time"

	"github.com/composable-go/composable/eventlog"
	"github.com/composable-go/composable/eventlog/memory"
	"github.com/composable-go/composable/projection"
	"github.com/composable-go/composable/store"
)

// accounts declares the events of an account, today and before.
type accounts struct{}

func (accounts) Actions() store.Actions[any] {
	return store.Actions[any]{
		Events: []any{deposited{}},
		Former: []store.Former{store.Upcast("credited", func(old struct{ Cents int }) deposited {
			return deposited{Amount: old.Cents / 100}
		})},
	}
}

func (accounts) Reduce(*int, any, store.Env) (store.Effects, error) { return nil, nil }

func TestFormerEventsAreAppliedAndUnknownOnesStopTheLine(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, l ledger) {
		log := memory.New()
		l.log = log
		l.deposit(t, "a", 0, 3)
		for i, name := range []string{"credited", "confiscated"} {
			_, err := log.Append(t.Context(), []eventlog.Append{{
				Stream: eventlog.StreamID{Store: "account", Key: "a"}, Expected: int64(3 + i),
				Events: []eventlog.NewEvent{{Name: name, Data: []byte(`{"Cents":700}`)}}, Meta: eventlog.Meta{At: time.Now()},
			}})
			if err != nil {
				t.Fatal(err)
			}
		}
		l.deposit(t, "a", 5, 1)
		rt := store.NewRuntime(log, store.Options{Logger: slog.New(slog.DiscardHandler)})
		store.New(rt, "account", accounts{})
		l.log = rt.Log()
		r := l.start(t, balances(fine))
		if amount, events := l.balance(t, r, 4); amount != 10 || events != 4 {
			t.Errorf("amount = %d of %d events, want 10 of 4", amount, events)
		}
		var unknown *store.EventError
		for !errors.As(waitBriefly(t, r, 5), &unknown) {
		}
		status, err := r.Status(t.Context())
		if err != nil || status[0].Position != 4 || status[0].Lag != 2 || !errors.As(status[0].Err, &unknown) || unknown.Name != "confiscated" {
			t.Errorf("status = %+v, %v; want to stand still at 4 with the EventError", status, err)
		}
	})
}

// waitBriefly returns why a position is not reached.
func waitBriefly(t *testing.T, r *projection.Runner, position int64) error {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Millisecond)
	defer cancel()
	err := r.Wait(ctx, position)
	if err == nil {
		t.Fatalf("position %d was reached", position)
	}
	return err
}
