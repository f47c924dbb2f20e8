package storetest_test

import (
	"testing"
	"time"

	"github.com/composable-go/composable/store"
	"github.com/composable-go/composable/store/storetest"
)

// A kettle is a child feature; a kitchen has one of its own and shelves of them.
type kettle struct{ Hot bool }

type (
	kettleAction interface{ kettle() }

	heat    struct{ For time.Duration }
	cool    struct{}
	heated  struct{}
	whistle struct{ Note string } // an effect
)

func (heat) kettle()   {}
func (cool) kettle()   {}
func (heated) kettle() {}

func (whistle) EffectName() string { return "whistle" }

type kettleReducer struct{}

func (kettleReducer) Actions() store.Actions[kettleAction] {
	return store.Actions[kettleAction]{Commands: []kettleAction{heat{}, cool{}}, Events: []kettleAction{heated{}}}
}

func (kettleReducer) Reduce(s *kettle, a kettleAction, _ store.Env) (store.Effects, error) {
	switch a := a.(type) {
	case heat:
		return store.Effects{
			store.Record(heated{}), store.After("off", a.For, cool{}), store.Claim("stove"),
			store.Dispatch("power", "main", a).OnRefusal(cool{}),
		}, nil
	case cool:
		return store.Effects{store.Cancel("off")}, nil
	case heated:
		s.Hot = true
		return store.Effects{whistle{"C"}}, nil
	}
	return nil, nil
}

type kitchen struct {
	Own     kettle
	Kettles map[string]*kettle
}

type (
	kitchenAction interface{ kitchen() }

	own   struct{ Action kettleAction }
	other struct {
		Key    string
		Action kettleAction
	}
)

func (own) kitchen()   {}
func (other) kitchen() {}

func kitchens() store.Reducer[kitchen, kitchenAction] {
	return store.Combine(
		store.Scope("own", kettleReducer{}, func(s *kitchen) *kettle { return &s.Own }, func(a own) kitchenAction { return a }),
		store.ForEach("kettles", kettleReducer{}, func(s *kitchen, key string) *kettle { return s.Kettles[key] }, func(a other) kitchenAction { return a }),
	)
}

func TestTheStoryOfAComposedFeature(t *testing.T) {
	t.Parallel()
	storetest.Given[kitchen, kitchenAction](t, kitchens(), own{heated{}}).
		State(func(s kitchen) {
			if !s.Own.Hot {
				t.Error("the kettle's event did not reach it")
			}
		}).
		When(own{heat{time.Minute}}).
		Then(
			store.Record(own{heated{}}),
			store.ScopedEffect{Path: "own", Effect: whistle{"C"}},
			store.After("own/off", time.Minute, own{cool{}}),
			store.Claim("stove"),
			store.Dispatch("power", "main", heat{time.Minute}).OnRefusal(own{cool{}}),
		).
		When(own{cool{}}).
		Then(store.Cancel("own/off")).
		When(other{"left", heat{}}).
		Refused(store.ErrNotFound)
}
