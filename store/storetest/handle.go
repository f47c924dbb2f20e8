package storetest

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/composable-go/composable/store"
)

// handlers carry out effects, by type; commands that are dispatched count as such.
type handlers[A any] map[reflect.Type]func(effect any) (A, error)

// Handle says what comes of an effect of type E, or of a dispatched command of
// type E, in a test: without any I/O. What run returns comes back to the stream and
// has to be received; nil means that nothing does. An error refuses a command, which
// then comes back as its OnRefusal says; of an effect it fails the test.
//
// An effect of a child feature is handled like the parent's own, with a result that
// is an action of the parent. Without a handler an effect is only asserted.
func Handle[S, A, E any](ts *TestStore[S, A], run func(effect E) (A, error)) {
	ts.handlers[reflect.TypeFor[E]()] = func(effect any) (A, error) { return run(effect.(E)) }
}

// arrival is an action on its way to the stream.
type arrival[A any] struct {
	at     time.Time
	timer  string // its key; "" for what a handler came back with
	action A
}

// carryOut does what the engine does with effects after their commit.
func (ts *TestStore[S, A]) carryOut(effects store.Effects) {
	ts.t.Helper()
	for _, e := range effects {
		if cancel, ok := e.(store.CancelEffect); ok {
			ts.cancel(cancel.Key)
		}
	}
	for _, e := range effects {
		switch e := e.(type) {
		case store.TimerEffect:
			ts.cancel(e.Key)
			at := e.At
			if at.IsZero() {
				at = ts.now.Add(e.After)
			}
			ts.comes(arrival[A]{at: at, timer: e.Key}, e.Action)
		case store.DispatchEffect:
			ts.dispatch(e)
		case store.ScopedEffect:
			ts.handle(e.Effect)
		default:
			ts.handle(e)
		}
	}
}

func (ts *TestStore[S, A]) cancel(timer string) {
	ts.coming = slices.DeleteFunc(ts.coming, func(a arrival[A]) bool { return a.timer != "" && a.timer == timer })
}

func (ts *TestStore[S, A]) handle(effect any) {
	ts.t.Helper()
	run, ok := ts.handlers[reflect.TypeOf(effect)]
	if !ok {
		return
	}
	result, err := run(ts.asHandlersSeeIt(effect))
	if err != nil {
		ts.t.Errorf("the handler of %T failed: %v; that means \"try again\", and a test does not", effect, err)
		return
	}
	ts.comes(arrival[A]{at: ts.now}, result)
}

func (ts *TestStore[S, A]) dispatch(e store.DispatchEffect) {
	ts.t.Helper()
	run, ok := ts.handlers[reflect.TypeOf(e.Command)]
	if !ok {
		return
	}
	answer, err := run(ts.asHandlersSeeIt(e.Command))
	if err == nil {
		ts.comes(arrival[A]{at: ts.now}, answer)
		return
	}
	if e.Refused == nil {
		return
	}
	refused := reflect.New(reflect.TypeOf(e.Refused))
	refused.Elem().Set(reflect.ValueOf(e.Refused))
	data, err := json.Marshal(store.AsRefusal(err))
	if err == nil {
		err = json.Unmarshal(data, refused.Interface())
	}
	if err != nil {
		ts.t.Fatalf("%T cannot take up the refusal: %v", e.Refused, err)
	}
	ts.comes(arrival[A]{at: ts.now}, refused.Elem().Interface())
}

// comes queues an action behind all that come before or at the same time.
func (ts *TestStore[S, A]) comes(a arrival[A], action any) {
	ts.t.Helper()
	if action == nil {
		return
	}
	var ok bool
	if a.action, ok = action.(A); !ok {
		ts.t.Fatalf("%T comes back but is no action of this store", action)
	}
	i := slices.IndexFunc(ts.coming, func(other arrival[A]) bool { return other.at.After(a.at) })
	if i < 0 {
		i = len(ts.coming)
	}
	ts.coming = slices.Insert(ts.coming, i, a)
}

// asHandlersSeeIt returns a value after its trip through the queue.
func (ts *TestStore[S, A]) asHandlersSeeIt(v any) any {
	ts.t.Helper()
	back := reflect.New(reflect.TypeOf(v))
	data, err := json.Marshal(v)
	if err == nil {
		err = json.Unmarshal(data, back.Interface())
	}
	if err != nil {
		ts.t.Fatalf("%T does not survive JSON: %v", v, err)
	}
	read := back.Elem().Interface()
	if diff := diff(v, read); diff != "" {
		ts.t.Fatalf("%T does not survive JSON (-sent +read):\n%s", v, diff)
	}
	return read
}

// running tells which timers run.
func (ts *TestStore[S, A]) running() string {
	if len(ts.coming) == 0 {
		return "no timer is running"
	}
	var timers []string
	for _, a := range ts.coming {
		timers = append(timers, fmt.Sprintf("the timer %q is running, due in %v: %T", a.timer, a.at.Sub(ts.clock), a.action))
	}
	return strings.Join(timers, "\n")
}
