package store_test

import (
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/composable-go/composable/eventlog/memory"
	"github.com/composable-go/composable/store"
)

func TestThrottleRunsTheFirstOfEachWindow(t *testing.T) {
	bubble(t, func(t *testing.T, s shelf) {
		for i := range 10 {
			s.do(t, "a", store.Throttle("progress", 4*time.Second, says(fmt.Sprint(i))))
			advance(time.Second)
		}
		s.do(t, "a", store.Throttle("other", time.Second, says("other")))
		s.do(t, "b", store.Throttle("progress", time.Second, says("stream")))
		synctest.Wait()
		s.want(t, "a", "0 4 8 other")
		s.want(t, "b", "stream")
	})
}

func TestOpenWindowsCountAsInMemoryEffects(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := open(t, memory.New(), notebookReducer{}, store.Options{MaxInMemory: 2})
		s.do(t, "a", store.Throttle("x", time.Hour, says("x")))
		synctest.Wait()
		s.want(t, "a", "x")
		if _, err := s.notebooks.Send(t.Context(), "a", do{store.Effects{says("y")}}); !errors.Is(err, store.ErrOverloaded) {
			t.Errorf("err = %v, want ErrOverloaded", err)
		}
		advance(time.Hour)
		s.do(t, "a", says("y"))
		synctest.Wait()
		s.want(t, "a", "x y")
	})
}
