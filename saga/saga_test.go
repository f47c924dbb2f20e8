package saga_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/composable-go/composable/eventlog"
	"github.com/composable-go/composable/eventlog/memory"
	"github.com/composable-go/composable/saga"
	"github.com/composable-go/composable/store"
)

func numbers(from, to int) (items []string) {
	for i := from; i < to; i++ {
		items = append(items, fmt.Sprint(i))
	}
	return items
}

func TestEveryStreamGetsItsEventsOnceAndInOrder(t *testing.T) {
	t.Parallel()
	log := memory.New()
	n := newNode(t, log, parcels{})
	order(t, log, "ann", numbers(0, 400)...)
	order(t, log, "bob", numbers(0, 300)...)
	order(t, log, "", "nobody's")
	n.start()
	last := order(t, log, "ann", numbers(400, 800)...)
	for customer, count := range map[string]int{"ann": 800, "bob": 300} {
		s, err := n.parcels.Await(t.Context(), customer, func(p parcel) bool { return len(p.Items) >= count })
		if err != nil || !slices.Equal(s.State.Items, numbers(0, count)) {
			t.Errorf("%s got %q, %v; want 0 to %d in order", customer, s.State.Items, err, count-1)
		}
	}
	n.stop()
	if s := n.status(); s.Position < last-400 || s.Err != nil {
		t.Errorf("status = %+v; want it near %d", s, last)
	}
}

func TestAnActionKnowsWhereItComesFrom(t *testing.T) {
	t.Parallel()
	log := memory.New()
	n := newNode(t, log, parcels{})
	position := order(t, log, "ann", "tea")
	if err := n.steps(); err != nil {
		t.Fatal(err)
	}
	events, err := log.ReadAll(t.Context(), 0, 10)
	if err != nil || len(events) != 2 {
		t.Fatalf("%+v, %v; want the order and what came of it", events, err)
	}
	cause, m := events[0], events[1].Meta
	if m.CausationID != cause.Stream.String()+"@1" || m.CorrelationID != "c-1" || m.Actor != "ann" || m.TraceParent != "00-1-2-01" {
		t.Errorf("meta = %+v of an action caused by %+v", m, cause)
	}
	if s := n.status(); s.Position < position || s.Lag != 0 {
		t.Errorf("status = %+v; want no lag", s)
	}
}

func TestACrashBeforeTheCheckpointRepeatsNothing(t *testing.T) {
	t.Parallel()
	log := newForgetful()
	first := newNode(t, log, parcels{})
	order(t, log, "ann", numbers(0, 30)...)
	log.failing.Store(true)
	if err := first.steps(); err == nil {
		t.Fatal("no error though the checkpoint was not saved")
	}
	if got := first.items("ann"); len(got) != 30 {
		t.Fatalf("%d items before the crash, want 30", len(got))
	}
	log.failing.Store(false)
	order(t, log, "ann", numbers(30, 40)...)
	for _, n := range []*node{newNode(t, log, parcels{}), newNode(t, log, parcels{}), first} {
		if err := n.steps(); err != nil {
			t.Fatal(err)
		}
		if got := n.items("ann"); !slices.Equal(got, numbers(0, 40)) {
			t.Errorf("items = %q; want each once", got)
		}
	}
}

// A node that stalls may run the saga a little longer than it owns it.
func TestAStalledNodeDoesNotTurnTheClockBack(t *testing.T) {
	t.Parallel()
	log := newForgetful()
	stalled, owner := newNode(t, log, parcels{}), newNode(t, log, parcels{})
	order(t, log, "ann", numbers(0, 3)...)
	if err := stalled.steps(); err != nil {
		t.Fatal(err)
	}
	order(t, log, "ann", numbers(3, 6)...)
	if err := owner.steps(); err != nil {
		t.Fatal(err)
	}
	reached := owner.checkpoint()
	if err := stalled.steps(); !errors.Is(err, store.ErrRow) || stalled.checkpoint() != reached {
		t.Errorf("err = %v and the checkpoint is %s; want ErrRow and %s", err, stalled.checkpoint(), reached)
	}
	if err := stalled.steps(); err != nil {
		t.Errorf("err = %v once it knows better", err)
	}
	if got := owner.items("ann"); !slices.Equal(got, numbers(0, 6)) {
		t.Errorf("items = %q; want each once", got)
	}
}

func TestARefusalIsFinal(t *testing.T) {
	t.Parallel()
	log := newForgetful()
	n := newNode(t, log, parcels{})
	order(t, log, "ann", "fragile", "padding", "banned", "tea")
	order(t, log, "bob", "padding", "fragile", "tea")
	log.failing.Store(true)
	if err := n.steps(); err == nil {
		t.Fatal("no error though the checkpoint was not saved")
	}
	log.failing.Store(false)
	n = newNode(t, log, parcels{})
	if err := n.steps(); err != nil {
		t.Fatal(err)
	}
	// What was refused before the crash is not accepted after it, behind the padding.
	if got := n.items("ann"); !slices.Equal(got, []string{"padding", "tea"}) {
		t.Errorf("ann got %q, want the padding and the tea", got)
	}
	if got := n.items("bob"); !slices.Equal(got, []string{"padding", "fragile", "tea"}) {
		t.Errorf("bob got %q, want all", got)
	}
	if s := n.status(); s.Err != nil || s.Lag != 0 {
		t.Errorf("status = %+v; want it to have gone on", s)
	}
}

func TestWhatCannotBeDecodedStopsTheLine(t *testing.T) {
	t.Parallel()
	for name, poison := range map[string]eventlog.NewEvent{
		"malformed": {Name: "placed", Data: []byte(`{"Customer": 7}`)},
		"panic":     {Name: "placed", Data: []byte(`{"Customer": "ann", "Item": "poison"}`)},
		"no action": {Name: "placed", Data: []byte(`{"Customer": "ann", "Item": "event"}`)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			log := memory.New()
			n := newNode(t, log, parcels{})
			before := order(t, log, "ann", "tea")
			at := record(t, log, poison)
			order(t, log, "ann", "milk")
			for range 2 {
				err := n.steps()
				for _, want := range []string{"shipping", fmt.Sprintf("position %d", at), "placed of order/"} {
					if err == nil || !strings.Contains(err.Error(), want) {
						t.Errorf("err = %v; want %q in it", err, want)
					}
				}
			}
			if got := n.items("ann"); !slices.Equal(got, []string{"tea"}) {
				t.Errorf("items = %q; want what came before the poison", got)
			}
			if s := n.status(); s.Position != before || s.Err == nil || s.Lag == 0 {
				t.Errorf("status = %+v; want it to stand at %d", s, before)
			}
		})
	}
}

func TestTroubleIsTriedAgainUntilItIsOver(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		broken := &atomic.Bool{}
		broken.Store(true)
		log := newForgetful()
		n := newNode(t, log, parcels{broken})
		n.start()
		order(t, log, "ann", "tea", "milk")
		<-time.After(time.Minute) // virtual, of which it is used up
		synctest.Wait()
		if s := n.status(); !errors.Is(s.Err, store.ErrInternal) || s.Lag != 2 {
			t.Errorf("status = %+v; want the panic", s)
		}
		if n.rt.Incidents()[store.FollowerStuck] != 1 {
			t.Errorf("incidents = %v; want that it stands still, once", n.rt.Incidents())
		}
		broken.Store(false)
		log.failing.Store(true)
		<-time.After(time.Minute)
		synctest.Wait()
		if s := n.status(); !errors.Is(s.Err, errDisk) {
			t.Errorf("status = %+v; want the full disk", s)
		}
		log.failing.Store(false)
		<-time.After(time.Minute)
		synctest.Wait()
		if s := n.status(); s.Err != nil || s.Lag != 0 {
			t.Errorf("status = %+v; want it to run", s)
		}
		if got := n.items("ann"); !slices.Equal(got, []string{"tea", "milk"}) {
			t.Errorf("items = %q; want each once", got)
		}
		n.stop()
	})
}

func TestForeignEventsMoveTheCheckpointRarely(t *testing.T) {
	t.Parallel()
	log := memory.New()
	n := newNode(t, log, parcels{})
	foreign := slices.Repeat([]eventlog.NewEvent{{Name: "viewed", Data: []byte(`{}`)}}, 9_000)
	saved := func() (position string) {
		t.Helper()
		record(t, log, foreign...)
		if err := n.steps(); err != nil {
			t.Fatal(err)
		}
		return n.checkpoint()
	}
	if first, second := saved(), saved(); first != "" || second != "10000" {
		t.Errorf("the checkpoint is at %q, then %q; want none, then 10000", first, second)
	}
}

func TestWiringMistakesPanic(t *testing.T) {
	t.Parallel()
	n := newNode(t, memory.New(), parcels{})
	on := saga.On("order", func(saga.Event, placed) (string, action) { return "", nil })
	for name, mistake := range map[string]func(){
		"no name":                   func() { saga.New("", n.parcels) },
		"two handlers of one event": func() { saga.New("s", n.parcels, on, on) },
		"two sagas of one name": func() {
			saga.NewRunner(saga.Options{}, saga.New("s", n.parcels), saga.New("s", n.parcels))
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			defer func() {
				if recover() == nil {
					t.Error("it was taken")
				}
			}()
			mistake()
		})
	}
}
