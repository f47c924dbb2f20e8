package store

import (
	"encoding/json"
	"fmt"
	"reflect"
)

// Former says how an event is read that was recorded under a name, and in a form,
// which no event has today. It is made by [Renamed] and [Upcast].
type Former struct {
	name    string
	today   any
	convert func(data []byte) ([]byte, error)
}

// Renamed reads events recorded under another wire name; their data is as it was.
func Renamed(name string, today any) Former {
	return Former{name: name, today: today, convert: func(data []byte) ([]byte, error) { return data, nil }}
}

// Upcast reads events recorded under a wire name as Old and makes New of them.
// New has another wire name than they had, by its ActionName method: "Placed@2",
// say. It is an event of today, or itself a former one on its way there. The
// function must be pure; recorded events are never rewritten.
func Upcast[Old, New any](name string, today func(Old) New) Former {
	var zero New
	return Former{name: name, today: zero, convert: func(data []byte) (_ []byte, err error) {
		defer func() {
			if p := recover(); p != nil {
				err = fmt.Errorf("panic: %v", p)
			}
		}()
		var old Old
		if err := json.Unmarshal(data, &old); err != nil {
			return nil, err
		}
		return json.Marshal(today(old))
	}}
}

// former is one step on the way from an event of the past to one of today.
type former struct {
	to      string
	convert func(data []byte) ([]byte, error)
}

func (c *Codec[A]) addFormer(f Former) error {
	if t := reflect.TypeOf(f.today); t == nil || t.Kind() != reflect.Struct {
		return fmt.Errorf("store: the former event %q becomes a %T; it must become a struct value", f.name, f.today)
	}
	if _, taken := c.former[f.name]; taken {
		return fmt.Errorf("store: the former event %q is listed twice; leave one", f.name)
	}
	c.former[f.name] = former{c.Name(f.today), f.convert}
	return nil
}

// checkFormer reports a former event that never becomes one of today's.
func (c *Codec[A]) checkFormer() error {
	for name := range c.former {
		if _, declared := c.variants[name]; declared {
			return fmt.Errorf("store: %q is a former event and declared today; give today's another wire name with an ActionName method, such as %q", name, name+"@2")
		}
		last := name
		for steps := 0; ; steps++ {
			next, ok := c.former[last]
			if !ok {
				break
			}
			if steps == len(c.former) {
				return fmt.Errorf("store: the former event %q becomes itself again; let its chain end at an event of today", name)
			}
			last = next.to
		}
		if c.Class(last) != Event {
			return fmt.Errorf("store: the former event %q becomes %q, which is not declared as an event; declare that, or list it in Former too", name, last)
		}
	}
	return nil
}

// Today returns a recorded event in the form it has today, for Decode. A name
// that is neither a declared event nor a former one is [ErrUnknownAction], data
// that is not what the name says [ErrBadAction].
func (c *Codec[A]) Today(name string, data []byte) (string, []byte, error) {
	for c.Class(name) != Event {
		f, ok := c.former[name]
		if !ok {
			return "", nil, ErrUnknownAction.With("action", name)
		}
		converted, err := f.convert(data)
		if err != nil {
			return "", nil, ErrBadAction.Because(fmt.Errorf("as the former event %q: %w", name, err))
		}
		name, data = f.to, converted
	}
	return name, data, nil
}
