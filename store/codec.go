package store

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
)

// Codec translates a feature's actions to and from their wire form: a name and
// JSON. An action of a child has the child's JSON under a name that begins with
// the child's: "cart.Add". Of a keyed child it is enclosed with the key:
// {"key":…,"action":…}.
type Codec[A any] struct {
	variants map[string]variant // by wire name, those of children included
	former   map[string]former
	children map[string]child[A]
	wrappers map[reflect.Type]string // the variants that hold a child's actions, and its name
	codes    map[string]bool         // of refusals, those of children and of the engine included
}

type variant struct {
	class Class
	typ   reflect.Type // nil for a child's
	wire  reflect.Type // the one that its JSON is of
	child string       // its name, "" for A's own
	depth int          // how many keys its JSON is enclosed with
}

// enginePrefix begins the names of events that the engine itself records.
const enginePrefix = "store."

// NewCodec checks the list: each variant a struct, each name once, and each former
// event on its way to one of today's.
func NewCodec[A any](actions Actions[A]) (*Codec[A], error) {
	c := &Codec[A]{
		variants: map[string]variant{}, former: map[string]former{},
		children: map[string]child[A]{}, wrappers: map[reflect.Type]string{},
		codes: engineCodes(),
	}
	for _, r := range actions.Refusals {
		c.codes[r.Code] = true
	}
	for _, child := range actions.children {
		if err := c.addChild(child); err != nil {
			return nil, err
		}
	}
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
	if child, ok := c.wrappers[t]; ok {
		return fmt.Errorf("store: action %T holds those of the child %q, which declares them; take it out of the list", a, child)
	}
	return c.declare(ActionName(a), variant{class: class, typ: t, wire: t})
}

func (c *Codec[A]) declare(name string, v variant) error {
	if strings.HasPrefix(name, enginePrefix) {
		return fmt.Errorf("store: the wire name %q belongs to the engine; choose one that does not begin with %q", name, enginePrefix)
	}
	if _, taken := c.variants[name]; taken {
		return fmt.Errorf("store: two actions have the wire name %q; give one an ActionName method", name)
	}
	c.variants[name] = v
	return nil
}

// Class returns the class of the action with that wire name, 0 when there is none.
func (c *Codec[A]) Class(name string) Class { return c.variants[name].class }

// Type returns the Go type whose JSON the action with that wire name has, nil when
// there is none. That of a keyed child's action is a struct of key and action.
func (c *Codec[A]) Type(name string) reflect.Type { return c.variants[name].wire }

// Names lists the wire names of a class, those of children included, in order.
func (c *Codec[A]) Names(class Class) (names []string) {
	for name, v := range c.variants {
		if v.class == class {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// Name returns an action's wire name. One that is not in the list has that of
// [ActionName].
func (c *Codec[A]) Name(a any) string {
	if name, ok := c.wrappers[reflect.TypeOf(a)]; ok {
		return c.children[name].nameOf(a)
	}
	return ActionName(a)
}

// Encode returns an action's wire name and JSON. An action that is not in the
// list is an error.
func (c *Codec[A]) Encode(a any) (name string, data []byte, err error) {
	t := reflect.TypeOf(a)
	if name, ok := c.wrappers[t]; ok {
		return c.children[name].encode(a)
	}
	if t == nil {
		return "", nil, fmt.Errorf("store: there is no action to encode")
	}
	name = ActionName(a)
	if c.variants[name].typ != t {
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
	switch {
	case !ok:
		return zero, ErrUnknownAction.With("action", name)
	case v.child != "":
		return c.children[v.child].decode(name, data)
	}
	p := reflect.New(v.typ)
	if err := json.Unmarshal(data, p.Interface()); err != nil {
		return zero, ErrBadAction.Because(err)
	}
	return p.Elem().Interface().(A), nil
}
