package memory_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/composable-go/composable/eventlog"
	"github.com/composable-go/composable/eventlog/memory"
)

func TestWaitInBubble(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log := memory.New()
		ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
		defer cancel()
		woken := make(chan int64)
		go func() {
			head, err := log.Wait(t.Context(), 0)
			if err != nil {
				t.Error(err)
			}
			woken <- head
		}()
		synctest.Wait()
		_, err := log.Append(ctx, []eventlog.Append{{
			Stream: eventlog.StreamID{Store: "order", Key: "1"},
			Events: []eventlog.NewEvent{{Name: "Placed"}},
		}})
		if err != nil {
			t.Fatal(err)
		}
		if head := <-woken; head != 1 {
			t.Errorf("woken at %d, want 1", head)
		}
		if head, err := log.Wait(ctx, 1); head != 1 || !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("Wait beyond the head: %d, %v", head, err)
		}
	})
}
