// Package light is a reducer whose tests overlook something.
package light

import "github.com/composable-go/composable/store"

// Light is on or off.
type Light struct{ On bool }

// Action is what can happen to a light.
type Action interface{ light() }

// A command and its events.
type (
	TurnOn   struct{ ID string }
	TurnedOn struct{}
	Logged   struct{}
)

func (TurnOn) light()   {}
func (TurnedOn) light() {}
func (Logged) light()   {}

// Reducer is the logic of a light.
type Reducer struct{}

// Reduce turns it on.
func (Reducer) Reduce(l *Light, action Action, _ store.Env) (store.Effects, error) {
	switch a := action.(type) {
	case TurnOn:
		timer := "timer " + a.ID
		effects := append(notes(), store.Cancel(timer))
		return append(store.Effects{store.Record(TurnedOn{}, Logged{})}, effects...), nil
	case TurnedOn:
		l.On = true
	}
	return nil, nil
}

func notes() store.Effects {
	return store.Effects{store.Claim("light"), store.Release("dark")}
}
