package store_test

import (
	"testing"
	"time"

	"github.com/composable-go/composable/store"
)

func TestDelayRunsLater(t *testing.T) {
	bubble(t, func(t *testing.T, s shelf) {
		s.do(t, "a", store.Delay(time.Minute, says("late")), says("now"))
		advance(time.Minute - 1)
		s.want(t, "a", "now")
		advance(1)
		s.want(t, "a", "now late")
	})
}

func TestTimeoutEndsWhatIsInside(t *testing.T) {
	bubble(t, func(t *testing.T, s shelf) {
		s.do(t, "a", store.WithTimeout(time.Minute, store.Sequence(
			store.Delay(50*time.Second, says("1")), store.Delay(5*time.Second, says("2")), store.Delay(6*time.Second, says("3")),
		)))
		s.do(t, "b", store.Sequence(store.WithTimeout(time.Minute, lingers("x", time.Hour)), says("never")))
		advance(time.Hour)
		s.want(t, "a", "1 2")
		s.want(t, "b", "x?")
	})
}
