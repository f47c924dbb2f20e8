package store_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/composable-go/composable/eventlog/memory"
	"github.com/composable-go/composable/store"
)

func TestRunAnswersAfterWhatItSentIsDurable(t *testing.T) {
	bubble(t, func(t *testing.T, s shelf) {
		var seen string
		s.do(t, "a", store.Run(func(_ context.Context, send func(any) error) error {
			err := send(write{"one"})
			seen = s.lines(t, "a")
			return errors.Join(err, send(write{"two"}))
		}))
		synctest.Wait()
		s.want(t, "a", "one two")
		if seen != "one" {
			t.Errorf("%q was written when send returned, want one", seen)
		}
	})
}

func TestNothingIsSentAfterAnEffectReturned(t *testing.T) {
	bubble(t, func(t *testing.T, s shelf) {
		var later func(any) error
		s.do(t, "a", store.Run(func(_ context.Context, send func(any) error) error {
			later = send
			return nil
		}))
		synctest.Wait()
		if err := later(write{"late"}); !errors.Is(err, context.Canceled) {
			t.Errorf("err = %v, want Canceled", err)
		}
		s.want(t, "a", "")
	})
}

func TestStreamSendsInOrderAndEndsAtTheFirstError(t *testing.T) {
	bubble(t, func(t *testing.T, s shelf) {
		var asked int
		numbers := func(context.Context) iter.Seq2[any, error] {
			return func(yield func(any, error) bool) {
				for i := range 10 {
					asked++
					var err error
					if i == 3 {
						err = errBroken
					}
					if !yield(write{fmt.Sprint(i)}, err) {
						return
					}
				}
			}
		}
		s.do(t, "a", store.Stream(numbers))
		synctest.Wait()
		s.want(t, "a", "0 1 2")
		if asked != 4 {
			t.Errorf("%d actions were asked for, want 4", asked)
		}
	})
}

func TestStreamWaitsForEachCommit(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		gate := make(chan struct{})
		s := open(t, slowLog{memory.New(), func() error { <-gate; return nil }}, notebookReducer{}, store.Options{})
		asked := 0
		numbers := func(context.Context) iter.Seq2[any, error] {
			return func(yield func(any, error) bool) {
				for asked < 5 && yield(write{fmt.Sprint(asked)}, nil) {
					asked++
				}
			}
		}
		var sent sync.WaitGroup
		sent.Go(func() { s.do(t, "a", store.Stream(numbers)) })
		for want := range 5 {
			gate <- struct{}{}
			synctest.Wait()
			if asked != want {
				t.Errorf("%d actions were taken after %d commits", asked, want)
			}
		}
		close(gate)
		sent.Wait()
		synctest.Wait()
		s.want(t, "a", "0 1 2 3 4")
	})
}

// Without virtual time, for the race detector.
func TestManyInMemoryEffectsAtOnce(t *testing.T) {
	t.Parallel()
	s := open(t, memory.New(), notebookReducer{}, store.Options{})
	var all sync.WaitGroup
	for i := range 50 {
		key := fmt.Sprint("n", i%5)
		all.Go(func() {
			s.do(t, key, store.Parallel(
				store.Sequence(says("x"), store.Debounce("d", 1, says("y"))),
				store.Cancellable("c", store.Throttle("t", 1, says("z"))),
				store.Stop("d"), says("x"),
			))
		})
	}
	all.Wait()
	for i := range 5 {
		_, err := s.notebooks.Await(t.Context(), fmt.Sprint("n", i), func(n notebook) bool {
			count := 0
			for _, line := range n.Lines {
				if line == "x" {
					count++
				}
			}
			return count == 20
		})
		if err != nil {
			t.Error(err)
		}
	}
}
