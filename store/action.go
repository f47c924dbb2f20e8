package store

import "reflect"

// Class says what an action may do.
type Class int

const (
	// Command may be refused and may come from outside.
	Command Class = iota + 1
	// Event is a recorded fact, named in the past tense.
	Event
	// Result is what an effect came back with.
	Result
)

// String returns the class's name in lower case.
func (c Class) String() string {
	return [...]string{"unknown", "command", "event", "result"}[c]
}

// Actions lists the variants of a feature's action type A, one zero value each.
// It is the single source of wire names, of what clients may send, and of what
// the log can decode.
//
// A variant's wire name is its type's name, or what its method
// ActionName() string returns; it must not change once events were recorded.
// [Scope], [Optional] and [ForEach] list the actions of children.
type Actions[A any] struct {
	Commands []A
	Events   []A
	Results  []A

	// Refusals are those that the feature knows besides the engine's, so that clients
	// know their codes: what its reducer returns and what its routes answer. Of
	// several with the same code one is enough.
	Refusals []*Refusal

	// Former says how to read events that were recorded under a name of the past.
	Former []Former

	children []child[A]
}

// ActionName returns the wire name of an action. That of one which holds a child's
// depends on its feature: [Codec.Name].
func ActionName(a any) string {
	if n, ok := a.(interface{ ActionName() string }); ok {
		return n.ActionName()
	}
	return reflect.TypeOf(a).Name()
}
