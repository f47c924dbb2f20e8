package postgres_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/composable-go/composable/eventlog"
	"github.com/composable-go/composable/internal/pgtest"
)

// happening is an append of n events to a stream.
func happening(id eventlog.StreamID, expected int64, n int) []eventlog.Append {
	a := eventlog.Append{Stream: id, Expected: expected}
	for i := range n {
		a.Events = append(a.Events, eventlog.NewEvent{Name: "Happened", Data: fmt.Appendf(nil, `{"n":%d}`, i), Journal: []byte(`{}`)})
	}
	return []eventlog.Append{a}
}

// happened appends it and returns its outcome.
func happened(t *testing.T, log eventlog.Log, id eventlog.StreamID, expected int64, n int) eventlog.Outcome {
	t.Helper()
	outcomes, err := log.Append(t.Context(), happening(id, expected, n))
	if err != nil {
		t.Fatal(err)
	}
	return outcomes[0]
}

// What a node believes of the log is wrong once another node has appended: a little,
// which it reads, or much, after which it begins to learn anew.
func TestABetThatIsLostIsDecidedAnew(t *testing.T) {
	t.Parallel()
	for _, meanwhile := range []int{1, 999, 1000, 2500} {
		t.Run(fmt.Sprint(meanwhile), func(t *testing.T) {
			t.Parallel()
			url := pgtest.URL(t)
			node, other := open(t, url), open(t, url)
			for version := range int64(3) { // from the second on the node knows the stream
				if o := happened(t, node, streams[0], version, 1); o.Err != nil || o.Position != version+1 {
					t.Fatalf("version %d: %+v", version+1, o)
				}
			}
			happened(t, other, streams[1], 0, meanwhile-1)
			happened(t, other, streams[0], 3, 1)
			head := int64(3 + meanwhile)
			if o := happened(t, node, streams[0], 3, 1); !errors.Is(o.Err, eventlog.ErrConflict) {
				t.Errorf("on the version before the other node's: %+v, want ErrConflict", o)
			}
			for i := range int64(5) { // bets again after a while
				if o := happened(t, node, streams[0], 4+i, 1); o.Err != nil || o.Version != 5+i || o.Position != head+1+i {
					t.Errorf("append %d after it: %+v, want version %d at position %d", i, o, 5+i, head+1+i)
				}
			}
			followGapless(t, node, int(head)+5)
		})
	}
}
