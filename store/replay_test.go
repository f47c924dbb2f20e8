package store_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/composable-go/composable/eventlog"
	"github.com/composable-go/composable/eventlog/memory"
	"github.com/composable-go/composable/store"
)

// writeNotes appends notes of their own number to a stream, more than are decoded at once.
func writeNotes(t *testing.T, log eventlog.Log, more ...eventlog.NewEvent) {
	t.Helper()
	a := eventlog.Append{Stream: eventlog.StreamID{Store: "counter", Key: "long"}}
	for i := range 999 {
		a.Events = append(a.Events, eventlog.NewEvent{Name: "noted", Data: fmt.Appendf(nil, `{"Text":"%d"}`, i)})
	}
	a.Events = append(a.Events, more...)
	outcomes, err := log.Append(t.Context(), []eventlog.Append{a})
	if err != nil || outcomes[0].Err != nil {
		t.Fatal(err, outcomes)
	}
}

func TestALongStreamIsFoldedInOrder(t *testing.T) {
	t.Parallel()
	log := memory.New()
	writeNotes(t, log)
	s := start(t, log).state(t, "long")
	if len(s.Notes) != 999 {
		t.Fatalf("%d notes, want 999", len(s.Notes))
	}
	for i, note := range s.Notes {
		if note != fmt.Sprint(i) {
			t.Fatalf("note %d is %s", i, note)
		}
	}
}

func TestADecoderThatPanicsIsContained(t *testing.T) {
	t.Parallel()
	log := memory.New()
	writeNotes(t, log, eventlog.NewEvent{Name: "fragile", Data: []byte("{}")})
	f := start(t, log)
	if _, err := f.counters.State(t.Context(), "long"); !errors.Is(err, store.ErrInternal) {
		t.Errorf("err = %v, want ErrInternal", err)
	}
	if n := f.rt.Incidents()[store.EventUnreadable]; n != 1 {
		t.Errorf("%d incidents, want 1", n)
	}
}
