package store_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/composable-go/composable/eventlog/memory"
	"github.com/composable-go/composable/store"
)

func TestANewEffectCancelsTheOneInFlightOfItsStreamAndID(t *testing.T) {
	bubble(t, func(t *testing.T, s shelf) {
		search := func(key, id, text string) {
			s.do(t, key, store.Cancellable(id, lingers(text, time.Minute)))
			advance(time.Second)
		}
		search("a", "search", "x")
		search("b", "search", "other stream")
		search("a", "else", "other id")
		search("a", "search", "y")
		advance(time.Hour)
		s.want(t, "b", "other stream? other stream")
		s.want(t, "a", "x? other id? y? other id y")
		if s.logged.String() != "" {
			t.Errorf("a cancellation is no failure, but logged: %s", s.logged)
		}
	})
}

func TestStopCancelsDeepInside(t *testing.T) {
	bubble(t, func(t *testing.T, s shelf) {
		s.do(t, "a", store.Sequence(
			store.Parallel(store.Cancellable("x", store.Sequence(lingers("x", time.Hour), says("never"))), says("other")),
			says("never"),
		))
		synctest.Wait()
		s.do(t, "b", store.Stop("x")) // another stream's
		s.do(t, "a", store.Stop("x"))
		advance(2 * time.Hour)
		if got := s.lines(t, "a"); got != "x? other" && got != "other x?" {
			t.Errorf("%q is written; want nothing after the stop", got)
		}
		s.do(t, "a", store.Stop("x"), store.Cancellable("x", says("again")))
		synctest.Wait()
		if got := s.lines(t, "a"); got != "x? other again" && got != "other x? again" {
			t.Errorf("%q is written; want again", got)
		}
	})
}

func TestNothingIsDecidedAfterACancellation(t *testing.T) {
	bubble(t, func(t *testing.T, s shelf) {
		var ended error
		s.do(t, "a", store.Cancellable("x", store.Run(func(ctx context.Context, send func(any) error) error {
			<-ctx.Done()
			ended = send(write{"never"})
			return ended
		})))
		synctest.Wait()
		s.do(t, "a", store.Stop("x"))
		synctest.Wait()
		if !errors.Is(ended, context.Canceled) {
			t.Errorf("send = %v, want Canceled", ended)
		}
		s.want(t, "a", "")
	})
}

func TestDebounceRunsTheLastOfABurst(t *testing.T) {
	bubble(t, func(t *testing.T, s shelf) {
		for i := range 10 {
			s.do(t, "a", store.Debounce("save", time.Second, says(fmt.Sprint(i))))
			advance(500 * time.Millisecond)
		}
		s.want(t, "a", "")
		advance(500 * time.Millisecond)
		s.want(t, "a", "9")
		s.do(t, "a", store.Debounce("save", time.Second, says("next")))
		advance(time.Second)
		s.want(t, "a", "9 next")
		s.do(t, "a", store.Debounce("save", time.Second, says("stopped")), store.Stop("save"))
		advance(time.Minute)
		s.want(t, "a", "9 next")
	})
}

// Commands that commit together begin their effects in the order they were decided.
func TestDebounceOfConcurrentCommandsKeepsTheOrderOfTheStream(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		gate := make(chan struct{})
		s := open(t, slowLog{memory.New(), func() error { <-gate; return nil }}, notebookReducer{}, store.Options{})
		var sent sync.WaitGroup
		for i := range 20 {
			sent.Go(func() { s.do(t, "a", store.Debounce("save", time.Second, says(fmt.Sprint(i)))) })
			synctest.Wait()
		}
		close(gate)
		sent.Wait()
		advance(time.Second)
		s.want(t, "a", "19")
	})
}
