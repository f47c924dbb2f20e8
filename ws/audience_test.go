package ws

import (
	"slices"
	"testing"
)

type listener string

func (listener) receive(message) {}

func TestAudienceForgetsWhoLeaves(t *testing.T) {
	t.Parallel()
	h := &Hub{receivers: receivers{}}
	for floor, r := range []listener{"ada", "bob", "cleo", "dan"} {
		h.watch("wall", r, int64(floor))
	}
	h.watch("wall", listener("bob"), 7) // again, from elsewhere
	h.unwatch("wall", listener("ada"))
	h.unwatch("wall", listener("ada"))
	h.unwatch("wall", listener("dan"))
	h.unwatch("nowhere", listener("bob"))
	want := []member{{listener("cleo"), 2}, {listener("bob"), 7}}
	got := slices.SortedFunc(slices.Values(h.receivers.of("wall")), func(a, b member) int { return int(a.floor - b.floor) })
	if !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	h.unwatch("wall", listener("bob"))
	h.unwatch("wall", listener("cleo"))
	if len(h.receivers) != 0 {
		t.Errorf("nobody is left, but topics are: %v", h.receivers)
	}
}
