package storetest

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/huandu/go-clone"

	"github.com/composable-go/composable/store"
)

// Epoch is the time at which a story begins.
func Epoch() time.Time { return time.Date(2027, 1, 1, 12, 0, 0, 0, time.UTC) }

// ID is the n-th id (from 1) that the reducer draws while it decides on the
// action of a story's when-th When (from 1).
func ID(when, n int) string {
	env := store.NewEnv(Epoch(), store.Actor{}, seed(when))
	for range n - 1 {
		env.NewID()
	}
	return env.NewID()
}

func seed(when int) string { return fmt.Sprintf("when %d", when) }

// T is what a story needs of a *testing.T or *rapid.T.
type T interface {
	Helper()
	Errorf(format string, args ...any)
	Fatalf(format string, args ...any)
	Cleanup(f func())
}

// Story is one stream on its way. It is made by [Given].
type Story[S, A any] struct {
	t       T
	reducer store.Reducer[S, A]
	codec   *store.Codec[A]
	state   S
	now     time.Time
	actor   store.Actor

	whens      int
	action     any
	effects    store.Effects
	err        error
	unasserted bool
}

// Given begins a story with what happened before.
func Given[S, A any](t T, reducer store.Reducer[S, A], events ...A) *Story[S, A] {
	t.Helper()
	codec, err := store.NewCodec(reducer.Actions())
	if err != nil {
		t.Fatalf("%v", err)
	}
	s := &Story[S, A]{t: t, reducer: reducer, codec: codec, now: Epoch()}
	for _, e := range events {
		s.apply(e)
	}
	t.Cleanup(func() {
		t.Helper()
		s.complain()
	})
	return s
}

// At sets the time of what follows.
func (s *Story[S, A]) At(now time.Time) *Story[S, A] {
	s.now = now
	return s
}

// By sets who does what follows; at first it is nobody.
func (s *Story[S, A]) By(actor store.Actor) *Story[S, A] {
	s.actor = actor
	return s
}

// When has the reducer decide on a command or result, and the state follow the
// events it records.
func (s *Story[S, A]) When(action A) *Story[S, A] {
	s.t.Helper()
	s.complain()
	s.whens++
	s.action = action
	before := clone.Clone(s.state).(S)
	effects, err := s.reducer.Reduce(&s.state, s.viaJSON(action), store.NewEnv(s.now, s.actor, seed(s.whens)))
	if diff := s.diff(before, s.state); diff != "" {
		s.t.Errorf("%T changed the state; only events may (-before +after):\n%s", action, diff)
	}
	if err != nil && len(effects) > 0 {
		s.t.Errorf("%T was refused and had effects: %s", action, list(effects))
	}
	s.effects, s.err = s.follow(effects), err
	s.unasserted = err != nil || len(s.effects) > 0
	return s
}

// Then asserts the effects of the last When, in order, those of the recorded
// events included: they follow the Record they stem from.
func (s *Story[S, A]) Then(effects ...store.Effect) *Story[S, A] {
	s.t.Helper()
	s.unasserted = false
	if s.err != nil {
		s.t.Errorf("%T was refused: %v", s.action, s.err)
	} else if diff := s.diff(store.Effects(effects), s.effects); diff != "" {
		s.t.Errorf("%T had other effects (-want +got):\n%s", s.action, diff)
	}
	return s
}

// Refused asserts that the last When was refused with an error that is err.
func (s *Story[S, A]) Refused(err error) *Story[S, A] {
	s.t.Helper()
	s.unasserted = false
	if s.err == nil {
		s.t.Errorf("%T was not refused but had the effects %s; want the refusal %v", s.action, list(s.effects), err)
	} else if !errors.Is(s.err, err) {
		s.t.Errorf("%T was refused with %#v; want %#v", s.action, s.err, err)
	}
	return s
}

// Outcome returns the effects and refusal of the last When, for assertions of
// another kind.
func (s *Story[S, A]) Outcome() (store.Effects, error) {
	s.unasserted = false
	return s.effects, s.err
}

// State calls check with a copy of the state.
func (s *Story[S, A]) State(check func(state S)) *Story[S, A] {
	s.t.Helper()
	check(clone.Clone(s.state).(S))
	return s
}

// follow applies the recorded events and puts their effects behind the record.
func (s *Story[S, A]) follow(effects store.Effects) (all store.Effects) {
	s.t.Helper()
	for _, e := range effects {
		all = append(all, e)
		record, ok := e.(store.RecordEffect)
		if !ok {
			continue
		}
		for _, event := range record.Events {
			action, ok := event.(A)
			if !ok {
				s.t.Fatalf("%T is recorded but is no action of this store", event)
			}
			all = append(all, s.apply(action)...)
		}
	}
	return all
}

func (s *Story[S, A]) apply(event A) store.Effects {
	s.t.Helper()
	if class := s.codec.Class(s.codec.Name(event)); class != store.Event {
		s.t.Fatalf("%T is recorded but declared as a %s", event, class)
	}
	effects, err := s.reducer.Reduce(&s.state, s.viaJSON(event), store.NewEnv(s.now, store.Actor{ID: s.actor.ID}, seed(s.whens)))
	if err != nil {
		s.t.Errorf("the event %T was refused: %v", event, err)
	}
	for _, e := range effects {
		if _, nested := e.(store.RecordEffect); nested {
			s.t.Errorf("the event %T records further events; let the command record them", event)
		}
	}
	return effects
}

// viaJSON returns the action as the log gives it back.
func (s *Story[S, A]) viaJSON(action A) A {
	s.t.Helper()
	name, data, err := s.codec.Encode(action)
	if err != nil {
		s.t.Fatalf("%v", err)
	}
	back, err := s.codec.Decode(name, data)
	if err != nil {
		s.t.Fatalf("%T does not survive JSON: %v", action, err)
	}
	if diff := s.diff(action, back); diff != "" {
		s.t.Fatalf("%T does not survive JSON (-sent +read):\n%s", action, diff)
	}
	return back
}

// complain fails the test when the last When was not asserted.
func (s *Story[S, A]) complain() {
	s.t.Helper()
	if !s.unasserted {
		return
	}
	s.unasserted = false
	if s.err != nil {
		s.t.Errorf("nobody asserted that %T was refused: %v", s.action, s.err)
		return
	}
	s.t.Errorf("nobody asserted the effects of %T: %s", s.action, list(s.effects))
}

func (s *Story[S, A]) diff(want, got any) string {
	all := cmp.Exporter(func(reflect.Type) bool { return true })
	return cmp.Diff(want, got, all, cmpopts.EquateEmpty())
}

func list(effects store.Effects) string {
	text := ""
	for _, e := range effects {
		data, err := json.Marshal(e)
		if err != nil {
			data = fmt.Appendf(nil, "%+v", e)
		}
		text += fmt.Sprintf("\n  %T%s", e, data)
	}
	return text
}
