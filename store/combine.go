package store

import (
	"reflect"
	"slices"
)

// Combine makes one reducer of several that share a state. Each sees every action,
// in this order, on the same state: the effects of all are one decision, the first
// refusal refuses. A variant that several of them declare, in the same class, is
// one variant.
func Combine[S, A any](reducers ...Reducer[S, A]) Reducer[S, A] { return combined[S, A](reducers) }

type combined[S, A any] []Reducer[S, A]

// Reduce implements [Reducer].
func (c combined[S, A]) Reduce(state *S, action A, env Env) (Effects, error) {
	var all Effects
	for _, r := range c {
		effects, err := r.Reduce(state, action, env)
		if err != nil {
			return nil, err
		}
		all = append(all, effects...)
	}
	return all, nil
}

// StateVersion grows when that of any part does.
func (c combined[S, A]) StateVersion() (sum int) {
	for _, r := range c {
		sum += stateVersion(r)
	}
	return sum
}

// stateVersion asks a reducer how often the meaning of its state has changed.
func stateVersion(reducer any) int {
	if v, ok := reducer.(StateVersioned); ok {
		return v.StateVersion()
	}
	return 0
}

// Actions implements [Reducer].
func (c combined[S, A]) Actions() (all Actions[A]) {
	for _, r := range c {
		a := r.Actions()
		all.Commands = union(all.Commands, a.Commands)
		all.Events = union(all.Events, a.Events)
		all.Results = union(all.Results, a.Results)
		all.Refusals = append(all.Refusals, a.Refusals...)
		all.Former = append(all.Former, a.Former...)
		all.children = append(all.children, a.children...)
	}
	return all
}

// union appends the variants that are not in the list.
func union[A any](list, more []A) []A {
	for _, a := range more {
		if !slices.ContainsFunc(list, func(b A) bool { return reflect.TypeOf(a) == reflect.TypeOf(b) }) {
			list = append(list, a)
		}
	}
	return list
}
