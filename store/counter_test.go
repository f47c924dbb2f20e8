package store_test

import (
	"errors"
	"strings"
	"time"

	"github.com/composable-go/composable/store"
)

// counter is the feature these tests run: it counts, pings other counters, sets
// timers, calls effects and misbehaves on request.
type counter struct {
	Count int
	Notes []string
}

type (
	action interface{ isAction() }

	add   struct{ By int }
	addTo struct {
		Key string
		By  int
	}
	remind  struct{ In time.Duration }
	forget  struct{}
	explode struct{ Late bool }
	claim   struct{ Name string }
	unclaim struct{ Name string }
	ask     struct{ Text string }
	touch   struct{ Row store.Row }
	idle    struct{}
	finish  struct{}
	series  struct {
		Key  string
		From int
	}
	everything struct{}
	shout      struct{ Size int }
	reminded   struct{}

	added    struct{ By int }
	noted    struct{ Text string }
	exploded struct{}

	refusedAdd struct {
		Key string
		store.Refusal
	}
	answer struct{ Text string }
)

func (add) isAction()        {}
func (addTo) isAction()      {}
func (remind) isAction()     {}
func (forget) isAction()     {}
func (explode) isAction()    {}
func (claim) isAction()      {}
func (unclaim) isAction()    {}
func (ask) isAction()        {}
func (touch) isAction()      {}
func (idle) isAction()       {}
func (finish) isAction()     {}
func (series) isAction()     {}
func (everything) isAction() {}
func (shout) isAction()      {}
func (reminded) isAction()   {}
func (added) isAction()      {}
func (noted) isAction()      {}
func (fragile) isAction()    {}
func (exploded) isAction()   {}
func (refusedAdd) isAction() {}
func (answer) isAction()     {}

// question is an effect with a handler.
type question struct{ Text string }

func (question) EffectName() string { return "question" }

var errNegative = errors.New("a count cannot be negative")

type counterReducer struct{}

// fragile cannot be decoded.
type fragile struct{}

func (*fragile) UnmarshalJSON([]byte) error { panic("broken") }

func (counterReducer) Actions() store.Actions[action] {
	return store.Actions[action]{
		Commands: []action{add{}, addTo{}, remind{}, forget{}, explode{}, claim{}, unclaim{}, ask{}, touch{}, idle{}, reminded{}, finish{}, shout{}, everything{}, series{}},
		Events:   []action{added{}, noted{}, exploded{}, fragile{}},
		Results:  []action{refusedAdd{}, answer{}},
	}
}

func (counterReducer) Reduce(s *counter, a action, env store.Env) (store.Effects, error) {
	switch a := a.(type) {
	case add:
		if s.Count+a.By < 0 {
			return nil, errNegative
		}
		return store.Effects{store.Record(added(a))}, nil
	case addTo:
		return store.Effects{store.Dispatch("counter", a.Key, add{a.By}).OnRefusal(refusedAdd{Key: a.Key})}, nil
	case remind:
		return store.Effects{store.After("reminder", a.In, reminded{})}, nil
	case reminded:
		return store.Effects{store.Record(noted{"reminded"})}, nil
	case forget:
		return store.Effects{store.Cancel("reminder")}, nil
	case explode:
		if !a.Late {
			panic("boom")
		}
		return store.Effects{store.Record(added{1}, exploded{})}, nil
	case claim:
		return store.Effects{store.Claim(a.Name), store.Record(noted{env.NewID()})}, nil
	case unclaim:
		return store.Effects{store.Release(a.Name)}, nil
	case finish:
		return store.Effects{store.Record(noted{"finished"}), store.Close()}, nil
	case series:
		return store.Effects{
			store.Dispatch("counter", a.Key, add{a.From}).InOrder(), store.Dispatch("counter", a.Key, add{a.From + 1}).InOrder(),
		}, nil
	case everything:
		return store.Effects{
			store.Record(added{1}, noted{"all"}), store.Claim("name"),
			store.After("soon", time.Minute, reminded{}), store.After("late", time.Hour, reminded{}),
			store.Dispatch("counter", "b", add{1}),
			question{"why"},
		}, nil
	case shout:
		return store.Effects{store.Record(added{1}, noted{strings.Repeat("!", a.Size)})}, nil
	case ask:
		return store.Effects{question(a)}, nil
	case touch:
		return store.Effects{store.Insert(a.Row), store.Record(noted{"touched"})}, nil
	case refusedAdd:
		return store.Effects{store.Record(noted{a.Key + ": " + a.Message})}, nil
	case answer:
		return store.Effects{store.Record(noted(a))}, nil
	case added:
		s.Count += a.By
	case noted:
		s.Notes = append(s.Notes, a.Text)
	case exploded:
		s.Count = -1000
		panic("boom while folding")
	}
	return nil, nil
}
