package store_test

import (
	"log/slog"
	"math/rand/v2"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/composable-go/composable/eventlog"
	"github.com/composable-go/composable/eventlog/memory"
	"github.com/composable-go/composable/store"
)

// simulate runs a few effects to their end and returns all that was recorded.
func simulate(t *testing.T, seed uint64) (events []eventlog.Event) {
	synctest.Test(t, func(t *testing.T) {
		log := memory.New()
		rt := store.NewRuntime(log, store.Options{
			Logger: slog.New(slog.DiscardHandler), Simulated: rand.New(rand.NewPCG(seed, 0)),
		})
		f := fixture{rt, store.New(rt, "counter", counterReducer{})}
		if err := rt.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
		f.send(t, "a", addTo{"b", 7})
		f.send(t, "a", addTo{"b", -9})
		f.send(t, "a", remind{time.Hour})
		steps := 0
		step := func() bool {
			ran, err := rt.Step(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			return ran
		}
		for step() {
			steps++
		}
		<-time.After(time.Hour)
		if !step() || steps != 2 {
			t.Errorf("%d steps before the timer, want 2, and one for the timer", steps)
		}
		f.close(t)
		var err error
		if events, err = log.ReadAll(t.Context(), 0, 100); err != nil || len(events) != 3 {
			t.Errorf("%d events, %v; want 3", len(events), err)
		}
	})
	return events
}

func TestASimulationRepeatsItself(t *testing.T) {
	t.Parallel()
	first, again, other := simulate(t, 1), simulate(t, 1), simulate(t, 2)
	if diff := cmp.Diff(first, again); diff != "" {
		t.Error(diff)
	}
	if cmp.Equal(first, other) {
		t.Error("another seed makes the same ids")
	}
}
