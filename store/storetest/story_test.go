package storetest_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/composable-go/composable/store"
	"github.com/composable-go/composable/store/storetest"
)

type lamp struct {
	On    bool
	Marks map[string]int
}

type action interface{ isAction() }

type (
	turnOn   struct{}
	dim      struct{}
	meddle   struct{}
	babble   struct{}
	mumble   struct{}
	turnedOn struct {
		ID string
		At time.Time
	}
	lossy    struct{ hidden int }
	stubborn struct{}
)

func (turnOn) isAction()   {}
func (dim) isAction()      {}
func (meddle) isAction()   {}
func (babble) isAction()   {}
func (mumble) isAction()   {}
func (turnedOn) isAction() {}
func (lossy) isAction()    {}
func (stubborn) isAction() {}

var (
	errOn    = store.Refuse(store.Conflict, "on", "it is on")
	errOther = store.Refuse(store.Conflict, "other", "something else")
)

type reducer struct{}

func (reducer) Actions() store.Actions[action] {
	return store.Actions[action]{
		Commands: []action{turnOn{}, dim{}, meddle{}, babble{}, mumble{}}, Events: []action{turnedOn{}, lossy{}, stubborn{}},
		Refusals: []*store.Refusal{errOn},
	}
}

func (reducer) Reduce(s *lamp, a action, env store.Env) (store.Effects, error) {
	switch a := a.(type) {
	case turnOn:
		if s.On {
			return nil, errOn
		}
		return store.Effects{store.Record(turnedOn{env.NewID(), env.Now})}, nil
	case dim:
		return store.Effects{store.Debounce("dim", time.Second, store.Parallel(store.Run(func(context.Context, func(any) error) error {
			return nil
		})))}, nil
	case meddle:
		s.Marks["meddled"]++
	case babble:
		return store.Effects{store.Record(stubborn{})}, nil
	case mumble:
		return nil, fmt.Errorf("%w, says the lamp", errOther)
	case turnedOn:
		s.On, s.Marks = true, map[string]int{a.ID: 1}
		return store.Effects{store.Cancel("dark")}, nil
	case stubborn:
		return store.Effects{store.Record(turnedOn{})}, errOther
	}
	return nil, nil
}

// witness writes failures down.
type witness struct {
	failures []string
	cleanups []func()
}

type fatal struct{}

func (w *witness) Helper()          {}
func (w *witness) Cleanup(f func()) { w.cleanups = append(w.cleanups, f) }
func (w *witness) Errorf(format string, args ...any) {
	w.failures = append(w.failures, fmt.Sprintf(format, args...))
}

func (w *witness) Fatalf(format string, args ...any) {
	w.Errorf(format, args...)
	panic(fatal{})
}

// tell runs a story to its end and returns its failures.
func tell(story func(t storetest.T)) string {
	w := &witness{}
	func() {
		defer func() {
			if v := recover(); v != nil && v != any(fatal{}) {
				panic(v)
			}
		}()
		story(w)
	}()
	for _, f := range w.cleanups {
		f()
	}
	return strings.Join(w.failures, "\n")
}

func given(t storetest.T, events ...action) *storetest.Story[lamp, action] {
	return storetest.Given(t, reducer{}, events...)
}

func on(when int) turnedOn { return turnedOn{storetest.ID(when, 1), storetest.Epoch()} }

func TestStoriesThatHold(t *testing.T) {
	t.Parallel()
	given(t).When(turnOn{}).Then(store.Record(on(1)), store.Cancel("dark")).
		State(func(s lamp) {
			if !s.On {
				t.Error("the state does not follow the recorded event")
			}
			s.Marks["copy"] = 1
		}).
		When(turnOn{}).Refused(errOn).
		When(dim{}).Then(store.Debounce("dim", time.Second, store.Parallel(store.Run(nil))))
	later := storetest.Epoch().Add(time.Hour)
	given(t).At(later).When(turnOn{}).Then(store.Record(turnedOn{storetest.ID(1, 1), later}), store.Cancel("dark"))
}

func TestStoriesThatFail(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		story func(t storetest.T)
		want  string
	}{
		"effects that nobody asserted": {
			func(t storetest.T) { given(t).When(turnOn{}) }, "nobody asserted the effects of storetest_test.turnOn",
		},
		"effects that nobody asserted before the next action": {
			func(t storetest.T) { given(t).When(turnOn{}).When(turnOn{}).Refused(errOn) }, "nobody asserted the effects",
		},
		"a refusal that nobody asserted": {
			func(t storetest.T) { given(t, on(1)).When(turnOn{}) }, "nobody asserted that storetest_test.turnOn was refused: it is on",
		},
		"another effect": {
			func(t storetest.T) { given(t).When(turnOn{}).Then(store.Record(on(1)), store.Cancel("light")) }, `"dark"`,
		},
		"another in-memory effect": {
			func(t storetest.T) {
				given(t).When(dim{}).Then(store.Debounce("dim", time.Minute, store.Parallel(store.Run(nil))))
			},
			"had other effects",
		},
		"an effect too many": {
			func(t storetest.T) { given(t).When(turnOn{}).Then(store.Record(on(1))) }, "had other effects",
		},
		"effects instead of a refusal": {
			func(t storetest.T) { given(t).When(turnOn{}).Refused(errOn) }, "was not refused",
		},
		"a refusal instead of effects": {
			func(t storetest.T) { given(t, on(1)).When(turnOn{}).Then() }, "was refused: it is on",
		},
		"another refusal": {
			func(t storetest.T) { given(t, on(1)).When(turnOn{}).Refused(errOther) }, "was refused with",
		},
		"a command that changes the state, deep inside": {
			func(t storetest.T) { given(t, on(1)).When(meddle{}) }, "changed the state",
		},
		"a refusal that is not declared": {
			func(t storetest.T) { given(t).When(mumble{}).Refused(errOther) }, `the code "other"`,
		},
		"an event that refuses": {
			func(t storetest.T) { given(t).When(babble{}).Outcome() }, "the event storetest_test.stubborn was refused",
		},
		"an event that records": {
			func(t storetest.T) { given(t).When(babble{}).Outcome() }, "records further events",
		},
		"an event that JSON does not keep": {
			func(t storetest.T) { given(t, lossy{hidden: 1}) }, "does not survive JSON",
		},
		"a command among the events": {
			func(t storetest.T) { given(t, turnOn{}) }, "declared as a command",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := tell(c.story); !strings.Contains(got, c.want) {
				t.Errorf("failures:\n%s\nwant one with %q", got, c.want)
			}
		})
	}
}

func TestOutcomeCountsAsAsserted(t *testing.T) {
	t.Parallel()
	got := tell(func(t storetest.T) {
		if effects, err := given(t).When(turnOn{}).Outcome(); len(effects) != 2 || err != nil {
			t.Errorf("Outcome = %v, %v", effects, err)
		}
	})
	if got != "" {
		t.Errorf("failures:\n%s\nwant none", got)
	}
}
