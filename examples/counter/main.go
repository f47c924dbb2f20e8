// Command counter is the smallest program: one reducer, three routes.
//
//	go run ./examples/counter
//	curl -X POST localhost:8080/counters/visits/increment
//	curl localhost:8080/counters/visits
package main

import (
	"github.com/go-chi/chi/v5"

	"github.com/composable-go/composable/app"
	"github.com/composable-go/composable/store"
	"github.com/composable-go/composable/web"
)

// Counter is the state of one counter: the fold of its events.
type Counter struct {
	Count int `json:"count"`
}

// Action is what can happen to a counter.
type Action interface{ counter() }

type (
	// Increment is a command.
	Increment struct{}
	// Decrement is a command, refused at zero.
	Decrement struct{}
	// Changed is the event that both record.
	Changed struct{ By int }
)

func (Increment) counter() {}
func (Decrement) counter() {}
func (Changed) counter()   {}

// ErrAtZero refuses to count below zero.
var ErrAtZero = store.Refuse(store.Conflict, "at_zero", "the counter is at zero")

// Reducer is the logic, and nothing else.
type Reducer struct{}

// Actions says which action is what.
func (Reducer) Actions() store.Actions[Action] {
	return store.Actions[Action]{
		Commands: []Action{Increment{}, Decrement{}},
		Events:   []Action{Changed{}},
		Refusals: []*store.Refusal{ErrAtZero},
	}
}

// Reduce decides commands and folds events.
func (Reducer) Reduce(c *Counter, a Action, _ store.Env) (store.Effects, error) {
	switch a := a.(type) {
	case Increment:
		return store.Effects{store.Record(Changed{+1})}, nil
	case Decrement:
		if c.Count == 0 {
			return nil, ErrAtZero
		}
		return store.Effects{store.Record(Changed{-1})}, nil
	case Changed:
		c.Count += a.By
	}
	return nil, nil
}

func main() {
	a := app.New(app.FromEnv("DATABASE_URL=sqlite:data/counter.db"))
	counters := store.New(a.Runtime, "counter", Reducer{})
	a.Routes(func(r chi.Router) { routes(r, counters) })
	a.Run()
}

func routes(r chi.Router, counters *store.Store[Counter, Action]) {
	send := func(action Action) func(*web.Request) (string, Action, error) {
		return func(r *web.Request) (string, Action, error) { return r.Param("id"), action, nil }
	}
	view := func(_ *web.Request, c Counter) (any, error) { return c, nil }
	r.Get("/counters/{id}", web.State(counters, view))
	r.Post("/counters/{id}/increment", web.Command(counters, send(Increment{}), web.OK(view)))
	r.Post("/counters/{id}/decrement", web.Command(counters, send(Decrement{}), web.OK(view)))
}
