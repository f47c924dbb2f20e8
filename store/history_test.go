package store_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/composable-go/composable/eventlog/memory"
	"github.com/composable-go/composable/store"
)

func TestHistoryTellsWhatWasDecidedAndWhatCameOfIt(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := &desk{answer: func(context.Context, question) (action, error) { return nil, errors.New("never") }}
		f := startDesk(t, d, store.Retry{Max: 1})
		ctx := store.WithOrigin(t.Context(), store.Origin{Actor: store.Actor{ID: "ann"}, CorrelationID: "request"})
		if _, err := f.counters.Send(ctx, "a", everything{}); err != nil {
			t.Fatal(err)
		}
		advance(30 * time.Minute)
		history, err := f.counters.History(t.Context(), "a", 0, 100)
		if err != nil || len(history) != 2 {
			t.Fatalf("%d decisions, %v; want the command and the reminder\n%+v", len(history), err, history)
		}
		first, reminder := history[0], history[1]
		want := store.Decision{
			Action: "everything", Actor: "ann", CorrelationID: "request", Position: 2,
			Events: []store.RecordedEvent{
				{Version: 1, Name: "added", Data: []byte(`{"By":1}`)}, {Version: 2, Name: "noted", Data: []byte(`{"Text":"all"}`)},
			},
			Effects: []store.DecidedEffect{
				{Kind: "claim", Key: "name", Status: store.EffectDone},
				{Kind: "timer", Key: "soon", Action: "reminded", Status: store.EffectDone},
				{Kind: "timer", Key: "late", Action: "reminded", Status: store.EffectWaiting},
				{Kind: "dispatch", To: "counter/b", Action: "add", Status: store.EffectDone},
				{Kind: "question", Status: store.EffectDead},
			},
		}
		ignore := cmp.Options{
			cmpopts.IgnoreFields(store.Decision{}, "At"),
			cmpopts.IgnoreFields(store.DecidedEffect{}, "ID", "Due", "Failures"),
		}
		if diff := cmp.Diff(want, first, ignore); diff != "" {
			t.Error(diff)
		}
		if reminder.Action != "reminded" || reminder.CausationID != first.Effects[1].ID || reminder.CorrelationID != "request" {
			t.Errorf("reminder = %+v; want it caused by the timer", reminder)
		}
		if f := first.Effects[4].Failures; len(f) != 1 || f[0].Error != "never" {
			t.Errorf("failures = %+v", f)
		}
	})
}

func TestHistoryHasPages(t *testing.T) {
	t.Parallel()
	f := start(t, memory.New())
	for range 7 {
		f.send(t, "a", shout{1}) // two events each
	}
	var versions []int64
	for after := int64(0); ; {
		page, err := f.counters.History(t.Context(), "a", after, 5)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range page {
			if len(d.Events) != 2 || d.Action != "shout" {
				t.Errorf("decision = %+v; want a whole one", d)
			}
			after = d.Events[len(d.Events)-1].Version
			versions = append(versions, after)
		}
		if len(page) == 0 {
			break
		}
	}
	if diff := cmp.Diff([]int64{2, 4, 6, 8, 10, 12, 14}, versions); diff != "" {
		t.Error(diff)
	}
}
