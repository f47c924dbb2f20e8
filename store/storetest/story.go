package storetest

import (
	"errors"
	"time"

	"github.com/composable-go/composable/store"
)

// Story is one stream on its way. It is made by [Given].
type Story[S, A any] struct {
	stream[S, A]
	action     any
	effects    store.Effects
	err        error
	unasserted bool
}

// Given begins a story with what happened before.
func Given[S, A any](t T, reducer store.Reducer[S, A], events ...A) *Story[S, A] {
	t.Helper()
	s := &Story[S, A]{stream: newStream(t, reducer, events)}
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
	s.action = action
	s.effects, s.err = s.decide(action)
	s.unasserted = s.err != nil || len(s.effects) > 0
	return s
}

// Then asserts the effects of the last When, in order, those of the recorded
// events included: they follow the Record they stem from.
func (s *Story[S, A]) Then(effects ...store.Effect) *Story[S, A] {
	s.t.Helper()
	s.unasserted = false
	if s.err != nil {
		s.t.Errorf("%T was refused: %v", s.action, s.err)
	} else if diff := diff(store.Effects(effects), s.effects); diff != "" {
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
	check(s.copyState())
	return s
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
