package ws

import (
	"slices"
	"testing"
)

func TestTailKeepsWholeEvents(t *testing.T) {
	t.Parallel()
	tail := tail{limit: 4, from: 10}
	for seq := int64(11); seq <= 20; seq++ { // two messages each
		tail.add([]message{{seq: seq, topic: "a"}, {seq: seq, topic: "b"}})
	}
	seqs := func(after int64) (list []int64, ok bool) {
		messages, ok := tail.since(after)
		for _, m := range messages {
			list = append(list, m.seq)
		}
		return list, ok
	}
	if _, ok := seqs(tail.from - 1); ok {
		t.Error("what is gone was offered")
	}
	if got, ok := seqs(tail.from); !ok || len(got) < 4 || got[0] != tail.from+1 || got[len(got)-1] != 20 {
		t.Errorf("since %d: %v", tail.from, got)
	}
	if got, ok := seqs(19); !ok || !slices.Equal(got, []int64{20, 20}) {
		t.Errorf("since 19: %v", got)
	}
	if got, ok := seqs(99); !ok || len(got) != 0 {
		t.Errorf("since 99: %v", got)
	}
	tail.reset(30)
	if _, ok := seqs(29); ok {
		t.Error("a tail without its beginning was offered")
	}
}
