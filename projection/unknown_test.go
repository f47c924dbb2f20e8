package projection_test

import (
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
		r := l.startOn(t, rt, time.Millisecond, balances(fine))
		if amount, events := l.balance(t, r, 4); amount != 10 || events != 4 {
			t.Errorf("amount = %d of %d events, want 10 of 4", amount, events)
		}
		status := await(t, r, func(s projection.Status) bool { return s.Failure != nil })
		if f := status.Failure; status.Position != 4 || status.Lag != 2 || f.Position != 5 || f.Event != "confiscated" {
			t.Errorf("status = %+v, failure %+v; want to stand still at 4 and say why", status, f)
		}
		if n := rt.Incidents()[store.FollowerStuck]; n != 1 {
			t.Errorf("%d incidents, want 1", n)
		}
		if err := r.Skip(t.Context(), "balances", 5); err != nil {
			t.Fatal(err)
		}
		if amount, events := l.balance(t, r, 6); amount != 11 || events != 5 {
			t.Errorf("amount = %d of %d events after the unknown one was passed over, want 11 of 5", amount, events)
		}
	})
}
