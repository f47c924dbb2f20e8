package store

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"reflect"
	"strings"
)

// child is a feature inside another, as the other's codec sees it.
type child[A any] struct {
	name  string
	keyed bool
	typ   reflect.Type // of the variant of A that holds the child's actions
	codec childCodec

	enclose func(key string, action any) A
	open    func(a any) (key string, action any)
}

// childCodec is a [Codec], whatever its actions' type.
type childCodec interface {
	Name(a any) string
	Encode(a any) (name string, data []byte, err error)
	EncodeAt(path string, a any) (name string, data []byte, err error)
	decode(name string, data []byte) (any, error)
	known() known
}

// known is what a child's codec adds to its parent's.
type known struct {
	variants map[string]variant
	former   map[string]former
	codes    map[string]bool
}

func (c *Codec[A]) decode(name string, data []byte) (any, error) { return c.Decode(name, data) }

func (c *Codec[A]) known() known { return known{c.variants, c.former, c.codes} }

// Keyed is an action of a [ForEach] child as those see it who read its wire form.
type Keyed[A any] struct {
	Key    string `json:"key"`
	Action A      `json:"action"`
}

// ActionName returns the name of the action within the child.
func (k Keyed[A]) ActionName() string { return ActionName(k.Action) }

// addChild declares the child's actions under its name.
func (c *Codec[A]) addChild(added child[A]) error {
	if _, taken := c.children[added.name]; taken {
		return fmt.Errorf("store: two children are named %q; name one otherwise", added.name)
	}
	if other, taken := c.wrappers[added.typ]; taken {
		return fmt.Errorf("store: %s holds the actions of %q and of %q; give each child its own variant", added.typ, other, added.name)
	}
	c.children[added.name], c.wrappers[added.typ] = added, added.name
	depth := 0
	if added.keyed {
		depth = 1
	}
	child := added.codec.known()
	maps.Copy(c.codes, child.codes)
	for name, v := range child.variants {
		v := variant{class: v.class, wire: added.wireType(v.wire), child: added.name, depth: depth + v.depth}
		if err := c.declare(added.wireName(name), v); err != nil {
			return err
		}
	}
	for name, f := range child.former {
		c.former[added.wireName(name)] = former{added.wireName(f.to), func(data []byte) ([]byte, error) {
			return inside(depth, data, f.convert)
		}}
	}
	return nil
}

func (c child[A]) wireName(name string) string { return c.name + "." + name }

// wireType is [Keyed] of a type that is known only now.
func (c child[A]) wireType(action reflect.Type) reflect.Type {
	if !c.keyed {
		return action
	}
	key, _ := reflect.TypeFor[Keyed[any]]().FieldByName("Key")
	held, _ := reflect.TypeFor[Keyed[any]]().FieldByName("Action")
	held.Type = action
	return reflect.StructOf([]reflect.StructField{key, held})
}

func (c child[A]) nameOf(a any) string {
	_, action := c.open(a)
	if action == nil {
		return ActionName(a)
	}
	return c.wireName(c.codec.Name(action))
}

func (c child[A]) encode(a any) (name string, data []byte, err error) {
	key, action := c.open(a)
	if action == nil {
		return "", nil, fmt.Errorf("store: %T holds no action", a)
	}
	name, data, err = c.codec.Encode(action)
	return c.seal(key, name, data, err)
}

// seal makes the parent's wire form of the child's.
func (c child[A]) seal(key, name string, data []byte, err error) (string, []byte, error) {
	if err == nil && c.keyed {
		data, err = json.Marshal(Keyed[json.RawMessage]{key, data})
	}
	return c.wireName(name), data, err
}

func (c child[A]) decode(name string, data []byte) (A, error) {
	var zero A
	keyed := Keyed[json.RawMessage]{Action: data}
	if c.keyed {
		keyed.Action = nil
		if err := json.Unmarshal(data, &keyed); err != nil {
			return zero, ErrBadAction.Because(err)
		}
	}
	action, err := c.codec.decode(strings.TrimPrefix(name, c.wireName("")), keyed.Action)
	if err != nil {
		return zero, err
	}
	return c.enclose(keyed.Key, action), nil
}

// EncodeAt encodes an action that is sent to the child at a path, see
// [ScopedEffect]; the path "" is the feature itself. Whoever sends it need not know
// the feature: a struct of another type, with a declared name, will do.
func (c *Codec[A]) EncodeAt(path string, a any) (name string, data []byte, err error) {
	if path == "" {
		return c.encodeLike(a)
	}
	segment, rest, _ := strings.Cut(path, "/")
	child, ok := c.children[segment]
	if !ok {
		return "", nil, fmt.Errorf("store: there is no child %q for the action %T", segment, a)
	}
	var key string
	if child.keyed {
		segment, rest, _ = strings.Cut(rest, "/")
		if key, err = url.PathUnescape(segment); err != nil {
			return "", nil, err
		}
	}
	name, data, err = child.codec.EncodeAt(rest, a)
	return child.seal(key, name, data, err)
}

func (c *Codec[A]) encodeLike(a any) (name string, data []byte, err error) {
	name, data, err = c.Encode(a)
	if err == nil || a == nil || c.Class(ActionName(a)) == 0 {
		return name, data, err
	}
	data, err = json.Marshal(a)
	return ActionName(a), data, err
}

// change changes the JSON of an action, which keys may enclose.
func (c *Codec[A]) change(name string, data []byte, change func([]byte) ([]byte, error)) ([]byte, error) {
	return inside(c.variants[name].depth, data, change)
}

// inside changes the JSON that depth keys enclose.
func inside(depth int, data []byte, change func([]byte) ([]byte, error)) ([]byte, error) {
	if depth == 0 {
		return change(data)
	}
	var keyed Keyed[json.RawMessage]
	err := json.Unmarshal(data, &keyed)
	if err == nil {
		keyed.Action, err = inside(depth-1, keyed.Action, change)
	}
	if err != nil {
		return nil, err
	}
	return json.Marshal(keyed)
}
