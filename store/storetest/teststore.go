package storetest

import (
	"errors"
	"slices"
	"time"

	"github.com/composable-go/composable/store"
)

// Section is a part of what an action does.
type Section int

// Sections, each asserted in full unless it is ignored.
const (
	State   Section = iota // the change of the state
	Events                 // what was recorded
	Effects                // what no other section holds
	Claims                 // names and rows
	Timers                 // timers set and cancelled, and those still running at the end
)

func sectionOf(e store.Effect) Section {
	switch e.(type) {
	case store.RecordEffect:
		return Events
	case store.ClaimEffect, store.RowEffect:
		return Claims
	case store.TimerEffect, store.CancelEffect:
		return Timers
	}
	return Effects
}

// TestStore is one stream that a test sends actions to. It is exhaustive: each
// change of the state, event, effect, claim and timer has to be asserted before the
// next action and before the test ends, and whatever comes back — a handler's result,
// a refused dispatch, a timer — has to be received. Time passes by Advance alone.
type TestStore[S, A any] struct {
	stream[S, A]
	clock    time.Time
	handlers handlers[A]
	coming   []arrival[A]
	ignored  map[Section]bool

	// of the last action, as far as it was not asserted
	action  any
	events  []any
	effects store.Effects
	err     error
}

// NewTestStore begins with what happened before; effects of that are forgotten.
func NewTestStore[S, A any](t T, reducer store.Reducer[S, A], events ...A) *TestStore[S, A] {
	t.Helper()
	ts := &TestStore[S, A]{
		stream: newStream(t, reducer, events), clock: Epoch(),
		handlers: handlers[A]{}, ignored: map[Section]bool{},
	}
	t.Cleanup(func() {
		t.Helper()
		ts.end()
	})
	return ts
}

// By sets who sends what follows; at first it is nobody.
func (ts *TestStore[S, A]) By(actor store.Actor) *TestStore[S, A] {
	ts.actor = actor
	return ts
}

// Ignore makes the test less than exhaustive from here on: in these sections only
// what is asserted has to be true.
func (ts *TestStore[S, A]) Ignore(sections ...Section) *TestStore[S, A] {
	for _, s := range sections {
		ts.ignored[s] = true
	}
	return ts
}

// Send sends an action. Change makes the state before it the state after it; nil
// means that it stays the same.
func (ts *TestStore[S, A]) Send(action A, change func(*S)) *TestStore[S, A] {
	ts.t.Helper()
	ts.settled()
	ts.now = ts.clock
	return ts.take(action, change)
}

// Receive asserts which action came next, and what it changed, as for Send.
func (ts *TestStore[S, A]) Receive(action A, change func(*S)) *TestStore[S, A] {
	ts.t.Helper()
	ts.complain()
	if len(ts.coming) == 0 || ts.coming[0].at.After(ts.clock) {
		ts.t.Fatalf("nothing came, want %s\n%s", list([]A{action}), ts.running())
	}
	next := ts.coming[0]
	ts.coming = ts.coming[1:]
	if diff := diff(any(action), any(next.action)); diff != "" {
		ts.t.Errorf("another action came (-want +got):\n%s", diff)
	}
	if next.at.After(ts.now) {
		ts.now = next.at
	}
	return ts.take(next.action, change)
}

// Advance lets time pass. Timers that become due come in their order, each at its
// own time, and have to be received.
func (ts *TestStore[S, A]) Advance(d time.Duration) *TestStore[S, A] {
	ts.t.Helper()
	ts.settled()
	ts.clock = ts.clock.Add(d)
	return ts
}

// Recorded asserts the events of the last action, in order.
func (ts *TestStore[S, A]) Recorded(events ...A) *TestStore[S, A] {
	ts.t.Helper()
	ts.accepted()
	want := make([]any, len(events))
	for i, e := range events {
		want[i] = e
	}
	got := ts.events
	ts.events = nil
	if ts.ignored[Events] {
		got = only(got, want)
	}
	if diff := diff(want, got); diff != "" {
		ts.t.Errorf("%T recorded other events (-want +got):\n%s", ts.action, diff)
	}
	return ts
}

// Effects asserts all the last action did besides recording, in order: claims,
// rows, timers, dispatches and effects of its own, those of its events included.
func (ts *TestStore[S, A]) Effects(effects ...store.Effect) *TestStore[S, A] {
	ts.t.Helper()
	ts.accepted()
	got := slices.DeleteFunc(ts.effects, func(e store.Effect) bool {
		return ts.ignored[sectionOf(e)] && len(only([]store.Effect{e}, effects)) == 0
	})
	ts.effects = nil
	if diff := diff(store.Effects(effects), got); diff != "" {
		ts.t.Errorf("%T had other effects (-want +got):\n%s", ts.action, diff)
	}
	return ts
}

// Refused asserts that the last action was refused with an error that is err.
func (ts *TestStore[S, A]) Refused(err error) *TestStore[S, A] {
	ts.t.Helper()
	if !errors.Is(ts.err, err) {
		ts.t.Errorf("%T was refused with %#v; want %#v", ts.action, ts.err, err)
	}
	ts.err = nil
	return ts
}

func (ts *TestStore[S, A]) take(action A, change func(*S)) *TestStore[S, A] {
	ts.t.Helper()
	want := ts.copyState()
	effects, err := ts.decide(action)
	if ts.ignored[State] { // then what the change says must be true already
		want = ts.copyState()
	}
	if change != nil {
		change(&want)
	}
	if diff := diff(want, ts.state); diff != "" {
		ts.t.Errorf("%T changed the state in another way (-want +got):\n%s", action, diff)
	}
	ts.action, ts.err, ts.events, ts.effects = action, err, nil, nil
	for _, e := range effects {
		if record, ok := e.(store.RecordEffect); ok {
			ts.events = append(ts.events, record.Events...)
		} else {
			ts.effects = append(ts.effects, e)
		}
	}
	ts.carryOut(slices.Clone(ts.effects))
	return ts
}

// only returns those values that are among the wanted ones.
func only[E any](values, wanted []E) []E {
	return slices.DeleteFunc(slices.Clone(values), func(v E) bool {
		return !slices.ContainsFunc(wanted, func(w E) bool { return diff(w, v) == "" })
	})
}

// accepted fails the test when the last action was refused instead.
func (ts *TestStore[S, A]) accepted() {
	ts.t.Helper()
	if ts.err != nil {
		ts.t.Errorf("%T was refused: %v", ts.action, ts.err)
		ts.err = nil
	}
}

// complain fails the test for what was not asserted of the last action.
func (ts *TestStore[S, A]) complain() {
	ts.t.Helper()
	if ts.err != nil {
		ts.t.Errorf("nobody asserted that %T was refused: %v", ts.action, ts.err)
	}
	if len(ts.events) > 0 && !ts.ignored[Events] {
		ts.t.Errorf("nobody asserted the events of %T: %s", ts.action, list(ts.events))
	}
	left := slices.DeleteFunc(ts.effects, func(e store.Effect) bool { return ts.ignored[sectionOf(e)] })
	if len(left) > 0 {
		ts.t.Errorf("nobody asserted the effects of %T: %s", ts.action, list(left))
	}
	ts.err, ts.events, ts.effects = nil, nil, nil
}

// settled fails the test when something came that was not received.
func (ts *TestStore[S, A]) settled() {
	ts.t.Helper()
	ts.complain()
	for len(ts.coming) > 0 && !ts.coming[0].at.After(ts.clock) {
		ts.t.Errorf("nobody received %s", list([]A{ts.coming[0].action}))
		ts.coming = ts.coming[1:]
	}
}

func (ts *TestStore[S, A]) end() {
	ts.t.Helper()
	ts.settled()
	if len(ts.coming) > 0 && !ts.ignored[Timers] {
		ts.t.Errorf("the test ends while %s", ts.running())
	}
}
