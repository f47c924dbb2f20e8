package store_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/composable-go/composable/store"
)

func TestParallelRunsAtTheSameTimeAndEndsWithTheLast(t *testing.T) {
	bubble(t, func(t *testing.T, s shelf) {
		s.do(t, "a", store.Sequence(
			store.Parallel(store.Delay(3*time.Second, says("3")), store.Delay(time.Second, says("1")), store.Delay(2*time.Second, says("2"))),
			says("end"),
		))
		advance(2 * time.Second)
		s.want(t, "a", "1 2")
		advance(time.Second)
		s.want(t, "a", "1 2 3 end")
	})
}

func TestParallelGoesOnAfterAnErrorAndFailsInTheEnd(t *testing.T) {
	bubble(t, func(t *testing.T, s shelf) {
		s.do(t, "a", store.Sequence(store.Parallel(fails(), store.Delay(time.Second, says("other"))), says("never")))
		advance(time.Minute)
		s.want(t, "a", "other")
	})
}

func TestSequenceRunsInOrderAndStopsAtTheFirstError(t *testing.T) {
	bubble(t, func(t *testing.T, s shelf) {
		s.do(t, "a", store.Sequence(
			store.Delay(time.Second, says("1")), says("2"), store.Sequence(), store.Parallel(), says("3"), fails(), says("never"),
		))
		advance(time.Minute)
		s.want(t, "a", "1 2 3")
	})
}

func TestACancelledSequenceGoesNoFurther(t *testing.T) {
	bubble(t, func(t *testing.T, s shelf) {
		deaf := store.Run(func(ctx context.Context, _ func(any) error) error {
			<-ctx.Done()
			return nil
		})
		s.do(t, "a", store.Cancellable("y", store.Delay(time.Second, says("y"))))
		s.do(t, "a", store.Cancellable("x", store.Sequence(deaf, store.Stop("y"))))
		synctest.Wait()
		s.do(t, "a", store.Stop("x"))
		advance(time.Minute)
		s.want(t, "a", "y")
	})
}
