package ws

import (
	"strconv"
	"testing"
	"testing/synctest"
	"time"
)

func TestMetersForgetWhoIsQuiet(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m := meters{}
		for i := range 100 * smallCrowd {
			if !m.allow(strconv.Itoa(i), 1) {
				t.Fatal("a new caller is refused")
			}
			if i%100 == 0 {
				time.Sleep(time.Second)
			}
		}
		if got := len(m.byCaller); got > 3*smallCrowd {
			t.Errorf("%d callers are kept; a second later they have their whole allowance again", got)
		}
		allowed := 0
		for m.allow("greedy", 1) {
			allowed++
		}
		if allowed != 2 {
			t.Errorf("a caller has %d at once, want two", allowed)
		}
		m.forget()
		if m.allow("greedy", 1) {
			t.Error("who has used up the allowance was forgotten")
		}
	})
}
