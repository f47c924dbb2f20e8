package ws

import (
	"slices"
	"testing"
)

func TestOutboxIsBounded(t *testing.T) {
	t.Parallel()
	o := newOutbox(10)
	large, small := make([]byte, 100), make([]byte, 5)
	if !o.push(large) {
		t.Error("one frame must fit, however large")
	}
	if o.push(small) {
		t.Error("a full queue took another frame")
	}
	o.pop()
	if !o.offer(10, small, small) || o.offer(10, small) {
		t.Error("two frames of 5 fill a queue of 10")
	}
	o.pop()
	if o.replay(closed(), small) {
		t.Error("the past must leave half of the queue to what is live")
	}
	o.pop()
	if !o.replay(closed(), small) || o.pop() == nil || o.pop() != nil {
		t.Error("an empty queue takes the past")
	}
	if !o.offer(0) || o.offer(10, large, small) || o.pop() != nil {
		t.Error("no frames always fit, and of too many none is queued")
	}
}

func TestReplayWaitsForTheWriter(t *testing.T) {
	t.Parallel()
	o := newOutbox(10)
	o.push(make([]byte, 8))
	done := make(chan bool)
	go func() { done <- o.replay(nil, make([]byte, 5)) }()
	o.pop()
	if !<-done {
		t.Error("not queued although there was room")
	}
}

func closed() chan struct{} {
	c := make(chan struct{})
	close(c)
	return c
}

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
