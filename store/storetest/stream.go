package storetest

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/huandu/go-clone"

	"github.com/composable-go/composable/store"
)

// Epoch is the time at which a test of a reducer begins.
func Epoch() time.Time { return time.Date(2027, 1, 1, 12, 0, 0, 0, time.UTC) }

// ID is the n-th id (from 1) that the reducer draws while it decides on the
// when-th action (from 1): a [Story]'s When, a [TestStore]'s Send or Receive.
func ID(when, n int) string {
	env := store.NewEnv(Epoch(), store.Actor{}, seed(when))
	for range n - 1 {
		env.NewID()
	}
	return env.NewID()
}

func seed(when int) string { return fmt.Sprintf("when %d", when) }

// T is what a test of a reducer needs of a *testing.T or *rapid.T.
type T interface {
	Helper()
	Errorf(format string, args ...any)
	Fatalf(format string, args ...any)
	Cleanup(f func())
}

// stream is one stream that a reducer runs, held to the rules that every reducer
// must keep.
type stream[S, A any] struct {
	t       T
	reducer store.Reducer[S, A]
	codec   *store.Codec[A]
	state   S
	now     time.Time
	actor   store.Actor
	decided int // actions so far
}

func newStream[S, A any](t T, reducer store.Reducer[S, A], events []A) stream[S, A] {
	t.Helper()
	codec, err := store.NewCodec(reducer.Actions())
	if err != nil {
		t.Fatalf("%v", err)
	}
	s := stream[S, A]{t: t, reducer: reducer, codec: codec, now: Epoch()}
	for _, e := range events {
		s.apply(e)
	}
	return s
}

func (s *stream[S, A]) copyState() S { return clone.Clone(s.state).(S) }

// decide has the reducer decide on a command or result, and the state follow the
// events it records. The effects of each event stand behind its record.
func (s *stream[S, A]) decide(action A) (store.Effects, error) {
	s.t.Helper()
	s.decided++
	before := s.copyState()
	effects, err := s.reducer.Reduce(&s.state, s.viaJSON(action), store.NewEnv(s.now, s.actor, seed(s.decided)))
	if diff := diff(before, s.state); diff != "" {
		s.t.Errorf("%T changed the state; only events may (-before +after):\n%s", action, diff)
	}
	if err != nil && len(effects) > 0 {
		s.t.Errorf("%T was refused and had effects: %s", action, list(effects))
	}
	if r, ok := errors.AsType[*store.Refusal](err); ok && !slices.Contains(s.codec.RefusalCodes(), r.Code) {
		s.t.Errorf("%T was refused with the code %q, which clients are not told of; list it in Actions.Refusals", action, r.Code)
	}
	return s.follow(effects), err
}

// follow applies the recorded events and puts their effects behind the record.
func (s *stream[S, A]) follow(effects store.Effects) (all store.Effects) {
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

func (s *stream[S, A]) apply(event A) store.Effects {
	s.t.Helper()
	if class := s.codec.Class(s.codec.Name(event)); class != store.Event {
		s.t.Fatalf("%T is recorded but declared as a %s", event, class)
	}
	effects, err := s.reducer.Reduce(&s.state, s.viaJSON(event), store.NewEnv(s.now, store.Actor{ID: s.actor.ID}, seed(s.decided)))
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
func (s *stream[S, A]) viaJSON(action A) A {
	s.t.Helper()
	name, data, err := s.codec.Encode(action)
	if err != nil {
		s.t.Fatalf("%v", err)
	}
	back, err := s.codec.Decode(name, data)
	if err != nil {
		s.t.Fatalf("%T does not survive JSON: %v", action, err)
	}
	if diff := diff(action, back); diff != "" {
		s.t.Fatalf("%T does not survive JSON (-sent +read):\n%s", action, diff)
	}
	return back
}

func diff(want, got any) string {
	all := cmp.Exporter(func(reflect.Type) bool { return true })
	return cmp.Diff(want, got, all, cmpopts.EquateEmpty(), anyFunc())
}

// anyFunc takes one function for another: what [store.Run] runs cannot be compared.
func anyFunc() cmp.Option {
	function := func(v any) bool { return reflect.ValueOf(v).Kind() == reflect.Func }
	return cmp.FilterValues(func(x, y any) bool { return function(x) && function(y) },
		cmp.Comparer(func(any, any) bool { return true }))
}

func list[E any](values []E) string {
	text := ""
	for _, v := range values {
		data, err := json.Marshal(v)
		if err != nil {
			data = fmt.Appendf(nil, "%+v", v)
		}
		text += fmt.Sprintf("\n  %T%s", v, data)
	}
	return text
}
