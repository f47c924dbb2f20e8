package store

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
)

// Codec translates a feature's actions to and from their wire form.
type Codec[A any] struct {
	variants map[string]variant
	former   map[string]former
}

type variant struct {
	class Class
	typ   reflect.Type
}

// enginePrefix begins the names of events that the engine itself records.
const enginePrefix = "store."

// NewCodec checks the list: each variant a struct, each name once, and each former
// event on its way to one of today's.
func NewCodec[A any](actions Actions[A]) (*Codec[A], error) {
	c := &Codec[A]{variants: map[string]variant{}, former: map[string]former{}}
	for class, list := range map[Class][]A{Command: actions.Commands, Event: actions.Events, Result: actions.Results} {
		for _, a := range list {
			if err := c.add(class, a); err != nil {
				return nil, err
			}
		}
	}
	for _, f := range actions.Former {
		if err := c.addFormer(f); err != nil {
			return nil, err
		}
	}
	return c, c.checkFormer()
}

func (c *Codec[A]) add(class Class, a A) error {
	t := reflect.TypeOf(a)
	if t == nil || t.Kind() != reflect.Struct {
		return fmt.Errorf("store: action %T must be a struct value, not a pointer or nil", a)
	}
	name := ActionName(a)
	if strings.HasPrefix(name, enginePrefix) {
		return fmt.Errorf("store: the wire name %q belongs to the engine; give %T an ActionName that does not begin with %q", name, a, enginePrefix)
	}
	if _, taken := c.variants[name]; taken {
		return fmt.Errorf("store: two actions have the wire name %q; give one an ActionName method", name)
	}
	c.variants[name] = variant{class, t}
	return nil
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
// malformed JSON [ErrBadAction]. An event from the log must first be in
// [Codec.Today]'s form.
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
