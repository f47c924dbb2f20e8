package store

import (
	"encoding/json"
	"fmt"
	"reflect"
)

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
type Actions[A any] struct {
	Commands []A
	Events   []A
	Results  []A
}

// Codec translates a feature's actions to and from their wire form.
type Codec[A any] struct {
	variants map[string]variant
}

type variant struct {
	class Class
	typ   reflect.Type
}

// NewCodec checks the list: each variant a struct, each name once.
func NewCodec[A any](actions Actions[A]) (*Codec[A], error) {
	c := &Codec[A]{variants: map[string]variant{}}
	for class, list := range map[Class][]A{Command: actions.Commands, Event: actions.Events, Result: actions.Results} {
		for _, a := range list {
			if err := c.add(class, a); err != nil {
				return nil, err
			}
		}
	}
	return c, nil
}

func (c *Codec[A]) add(class Class, a A) error {
	t := reflect.TypeOf(a)
	if t == nil || t.Kind() != reflect.Struct {
		return fmt.Errorf("store: action %T must be a struct value, not a pointer or nil", a)
	}
	name := ActionName(a)
	if _, taken := c.variants[name]; taken {
		return fmt.Errorf("store: two actions have the wire name %q; give one an ActionName method", name)
	}
	c.variants[name] = variant{class, t}
	return nil
}

// ActionName returns the wire name of an action.
func ActionName(a any) string {
	if n, ok := a.(interface{ ActionName() string }); ok {
		return n.ActionName()
	}
	return reflect.TypeOf(a).Name()
}

// Class returns the class of the action with that wire name, 0 when there is none.
func (c *Codec[A]) Class(name string) Class { return c.variants[name].class }

// Encode returns an action's wire name and JSON. An action that is not in the
// list is an error.
func (c *Codec[A]) Encode(a any) (name string, data []byte, err error) {
	name = ActionName(a)
	if v, ok := c.variants[name]; !ok || v.typ != reflect.TypeOf(a) {
		return "", nil, fmt.Errorf("store: action %T is not declared in Actions", a)
	}
	data, err = json.Marshal(a)
	return name, data, err
}

// Decode is the inverse of Encode. An unknown name is [ErrUnknownAction],
// malformed JSON [ErrBadAction].
func (c *Codec[A]) Decode(name string, data []byte) (A, error) {
	var zero A
	v, ok := c.variants[name]
	if !ok {
		return zero, ErrUnknownAction.With("action", name)
	}
	p := reflect.New(v.typ)
	if err := json.Unmarshal(data, p.Interface()); err != nil {
		return zero, ErrBadAction.Because(err)
	}
	return p.Elem().Interface().(A), nil
}
