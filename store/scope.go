package store

import (
	"fmt"
	"net/url"
	"reflect"
	"regexp"
)

// Scope runs a feature inside another: state finds the child's state in the
// parent's, and W, a variant of the parent's actions, holds the child's.
//
//	type CartAction struct{ Action cart.Action }
//
//	store.Scope("cart", cart.Reducer{},
//		func(s *State) *cart.State { return &s.Cart },
//		func(a CartAction) Action { return a })
//
// On the wire the child's actions are named after it, "cart.Add", so the name must
// never change; it consists of letters, digits, - and _. The child's timers are its
// own, and what its effects come back with goes to it. Claims and rows are the
// stream's. It panics on a wrong name and wrong actions.
func Scope[S, A, CS, CA any, W ~struct{ Action CA }](
	name string, feature Reducer[CS, CA], state func(*S) *CS, variant func(W) A,
) Reducer[S, A] {
	return newScope(name, feature, state, variant, bugf("the state of %q is nil; make it Optional if it may be absent", name))
}

// Optional is [Scope] for a child that need not be there: while state returns nil
// its commands and results are refused with [ErrNotFound], and its events are a
// bug. Its parent's events make and remove it.
func Optional[S, A, CS, CA any, W ~struct{ Action CA }](
	name string, feature Reducer[CS, CA], state func(*S) *CS, variant func(W) A,
) Reducer[S, A] {
	return newScope(name, feature, state, variant, ErrNotFound.With("path", name))
}

func newScope[S, A, CS, CA any, W ~struct{ Action CA }](
	name string, feature Reducer[CS, CA], state func(*S) *CS, variant func(W) A, absent error,
) Reducer[S, A] {
	s := scope[S, A, CS, CA]{
		feature: feature,
		state:   func(s *S, _ string) *CS { return state(s) },
		enclose: func(_ string, a CA) A { return variant(W(struct{ Action CA }{a})) },
		open: func(a any) (key string, action CA, ok bool) {
			w, ok := a.(W)
			return "", struct{ Action CA }(w).Action, ok
		},
		absent: func(string) error { return absent },
	}
	return s.named(name, reflect.TypeFor[W](), false)
}

// ForEach runs a feature for each of the parent's children of a kind: state finds
// the one of a key, and W holds a child's key and action.
//
//	type LineAction struct {
//		Key    string
//		Action line.Action
//	}
//
//	store.ForEach("lines", line.Reducer{},
//		func(s *State, key string) *line.State { return s.Lines[key] },
//		func(a LineAction) Action { return a })
//
// Where state returns nil there is no such child, as with [Optional]. The rest is
// as with [Scope].
func ForEach[S, A, CS, CA any, W ~struct {
	Key    string
	Action CA
}](
	name string, feature Reducer[CS, CA], state func(s *S, key string) *CS, variant func(W) A,
) Reducer[S, A] {
	type held = struct {
		Key    string
		Action CA
	}
	s := scope[S, A, CS, CA]{
		feature: feature,
		state:   state,
		enclose: func(key string, a CA) A { return variant(W(held{key, a})) },
		open: func(a any) (key string, action CA, ok bool) {
			w, ok := a.(W)
			return held(w).Key, held(w).Action, ok
		},
		absent: func(path string) error { return ErrNotFound.With("path", path) },
	}
	return s.named(name, reflect.TypeFor[W](), true)
}

// scope is a child's reducer as its parent's.
type scope[S, A, CS, CA any] struct {
	child   child[A]
	feature Reducer[CS, CA]
	state   func(s *S, key string) *CS
	enclose func(key string, action CA) A
	open    func(a any) (key string, action CA, ok bool)
	absent  func(path string) error
}

var childName = regexp.MustCompile(`^[A-Za-z0-9_-]+$`)

func (s scope[S, A, CS, CA]) named(name string, variant reflect.Type, keyed bool) Reducer[S, A] {
	if !childName.MatchString(name) {
		panic(fmt.Sprintf("store: %q cannot name a child; use letters, digits, - and _", name))
	}
	codec, err := NewCodec(s.feature.Actions())
	if err != nil {
		panic(fmt.Sprintf("store: the child %q: %v", name, err))
	}
	s.child = child[A]{
		name: name, keyed: keyed, typ: variant, codec: codec,
		enclose: func(key string, action any) A { return s.enclose(key, action.(CA)) },
		open: func(a any) (string, any) {
			key, action, _ := s.open(a)
			return key, action
		},
	}
	return s
}

// Reduce implements [Reducer].
func (s scope[S, A, CS, CA]) Reduce(state *S, action A, env Env) (Effects, error) {
	key, inner, ok := s.open(action)
	if !ok {
		return nil, nil
	}
	p := place{path: s.child.name, wrap: func(a any) any {
		if mine, ok := a.(CA); ok {
			return s.enclose(key, mine)
		}
		return a // which the codec then reports
	}}
	if s.child.keyed {
		p.path += "/" + url.PathEscape(key)
	}
	child := s.state(state, key)
	if child == nil {
		return nil, s.absent(p.path)
	}
	effects, err := s.feature.Reduce(child, inner, env)
	return p.effects(effects), err
}

// StateVersion is that of the child.
func (s scope[S, A, CS, CA]) StateVersion() int { return stateVersion(s.feature) }

// Actions implements [Reducer].
func (s scope[S, A, CS, CA]) Actions() Actions[A] { return Actions[A]{children: []child[A]{s.child}} }
