package ws

import (
	"maps"
	"reflect"
	"slices"
)

// Description is what a hub offers, by the Go types whose JSON goes over the wire.
type Description struct {
	Commands map[string]map[string]reflect.Type // by store and wire name
	Queries  map[string]QueryTypes              // by name
	// Topics has the messages by topic prefix and wire name: no map for a prefix of
	// which [Publishes] says nothing.
	Topics map[string]map[string]reflect.Type
	Codes  []string // of the refusals that are the hub's own
}

// QueryTypes are those of a query's parameters and of its result.
type QueryTypes struct{ Params, Result reflect.Type }

// Describe tells what has been added. Stores that take no commands are left out.
func (h *Hub) Describe() Description {
	d := Description{
		Commands: map[string]map[string]reflect.Type{}, Queries: map[string]QueryTypes{},
		Topics: map[string]map[string]reflect.Type{me: nil},
	}
	for name, x := range h.stores {
		for command := range x.commands {
			if d.Commands[name] == nil {
				d.Commands[name] = map[string]reflect.Type{}
			}
			d.Commands[name][command] = x.typeOf(command)
		}
	}
	for name, q := range h.queries {
		d.Queries[name] = QueryTypes{q.params, q.result}
	}
	for prefix := range h.grants {
		d.Topics[prefix] = nil
	}
	for prefix, messages := range h.carries {
		d.Topics[prefix] = map[string]reflect.Type{}
		for name, c := range messages {
			d.Topics[prefix][name] = c.wire
		}
	}
	codes := map[string]bool{}
	for _, r := range refusals() {
		codes[r.Code] = true
	}
	d.Codes = slices.Sorted(maps.Keys(codes))
	return d
}
