package store_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/composable-go/composable/eventlog/memory"
	"github.com/composable-go/composable/store"
)

func TestCloseCancelsInMemoryEffectsAtOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := open(t, memory.New(), notebookReducer{}, store.Options{})
		returned := false
		s.do(t, "a",
			store.Throttle("x", time.Hour, lingers("x", time.Hour)), store.Delay(time.Hour, says("y")), store.Debounce("z", time.Hour, says("z")),
			store.Run(func(ctx context.Context, _ func(any) error) error {
				<-ctx.Done()
				<-time.After(time.Second)
				returned = true
				return ctx.Err()
			}))
		synctest.Wait()
		begun := time.Now()
		s.close(t)
		if took := time.Since(begun); took != time.Second || !returned {
			t.Errorf("Close took %v; want to wait the second that an effect needs to return", took)
		}
		if s.logged.String() != "" {
			t.Errorf("logged: %s", s.logged)
		}
	})
}

// A durable effect that Close waits for comes back; what its result asks for in
// memory is lost.
func TestNoInMemoryEffectBeginsWhileTheRuntimeCloses(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var ran atomic.Int32
		slow := func(rt *store.Runtime) {
			store.Handle(rt, func(context.Context, question, store.Key) (entry, error) {
				<-time.After(time.Second)
				return write{"back"}, nil
			})
		}
		log := memory.New()
		s := open(t, log, notebookReducer{onWritten: store.Effects{counts(&ran)}}, store.Options{}, slow)
		var begun, cancelled time.Time
		waits := store.Run(func(ctx context.Context, _ func(any) error) error {
			<-ctx.Done()
			cancelled = time.Now()
			return ctx.Err()
		})
		s.do(t, "a", question{}, waits)
		synctest.Wait()
		begun = time.Now()
		s.close(t)
		if took := time.Since(begun); took != time.Second || cancelled != begun {
			t.Errorf("Close took %v, what ran in memory was cancelled after %v; want a second, at once", took, cancelled.Sub(begun))
		}
		if events, err := log.ReadAll(t.Context(), 0, 10); err != nil || len(events) != 1 {
			t.Errorf("%d events, %v; want the result's", len(events), err)
		}
		if ran.Load() != 0 {
			t.Error("the result's effect ran")
		}
	})
}

func TestCloseLeavesAnEffectThatDoesNotReturn(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := open(t, memory.New(), notebookReducer{}, store.Options{})
		stuck := make(chan struct{})
		s.do(t, "a", store.Run(func(context.Context, func(any) error) error { <-stuck; return nil }))
		synctest.Wait()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		begun := time.Now()
		if err := s.rt.Close(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("Close = %v, want DeadlineExceeded", err)
		}
		if took := time.Since(begun); took > 3*time.Second {
			t.Errorf("Close took %v with a second to spare", took)
		}
		close(stuck)
	})
}

func TestASimulationRunsInMemoryEffectsStepByStep(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := open(t, memory.New(), notebookReducer{}, store.Options{Simulated: rand.New(rand.NewPCG(1, 2)), MaxInMemory: 20})
		s.do(t, "a", store.Sequence(says("1"), store.Delay(2*time.Hour, says("5"))), says("2"))
		s.do(t, "a", store.Throttle("t", time.Hour, says("3")), store.Throttle("t", time.Hour, says("never")))
		s.do(t, "a", store.Debounce("d", time.Hour, says("never")))
		s.do(t, "a", store.Debounce("d", time.Hour, says("4")))
		s.do(t, "a", store.Cancellable("c", says("never")))
		s.do(t, "a", store.Stop("c"))
		synctest.Wait()
		s.want(t, "a", "")
		drain := func(want string) {
			t.Helper()
			for {
				ran, err := s.rt.Step(t.Context())
				if err != nil {
					t.Fatal(err)
				}
				if !ran {
					break
				}
			}
			s.want(t, "a", want)
		}
		if ran, err := s.rt.Step(t.Context()); !ran || err != nil {
			t.Errorf("Step = %v, %v", ran, err)
		}
		drain("1 2 3")
		for _, want := range []string{"1 2 3 4", "1 2 3 4 5"} {
			due, err := s.rt.NextDue(t.Context())
			if err != nil || time.Until(due) != time.Hour {
				t.Errorf("the next effect is due in %v, %v; want an hour", time.Until(due), err)
			}
			<-time.After(time.Hour)
			drain(want)
		}
		if due, err := s.rt.NextDue(t.Context()); err != nil || !due.IsZero() {
			t.Errorf("at the end something is due at %v, %v", due, err)
		}
		s.do(t, "a", store.Delay(2*time.Hour, says("7")), store.Delay(time.Hour, says("6")))
		<-time.After(3 * time.Hour)
		drain("1 2 3 4 5 6 7")
		s.do(t, "a", store.Delay(time.Hour, says("lost at the close")), lingers("lost too", time.Hour))
	})
}
