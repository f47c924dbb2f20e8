package ws

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/composable-go/composable/store"
)

// Publishes says which messages the topics of a prefix carry, one zero value each;
// for a child's action, the action that holds it. Other messages are then logged as
// mistakes of the view and not sent. A topic of which nothing is said carries
// whatever views publish, and clients know nothing of its form. It may be said in
// several places, which add up; two messages with one wire name panic.
func Publishes(prefix string, messages ...any) Exposure {
	return func(h *Hub) {
		if prefix == "" || strings.Contains(prefix, ":") {
			panic(fmt.Sprintf("ws: %q is no topic prefix; ws.Publishes takes what stands before the colon", prefix))
		}
		h.published[prefix] = append(h.published[prefix], messages...)
	}
}

// carried is a message that a topic may carry.
type carried struct {
	given reflect.Type // as a view publishes it
	wire  reflect.Type // the one that its JSON is of
}

// resolve finds out the wire names of what is published, once all stores are known.
func (h *Hub) resolve() {
	h.carries = map[string]map[string]carried{}
	for prefix, messages := range h.published {
		h.carries[prefix] = map[string]carried{}
		for _, m := range messages {
			name, c := h.carry(m)
			if other, taken := h.carries[prefix][name]; taken && other != c {
				panic(fmt.Sprintf("ws: the topic %q carries both %s and %s as %q; give one an ActionName method", prefix, other.given, c.given, name))
			}
			h.carries[prefix][name] = c
		}
	}
}

// carry asks the stores, of which one may know the message as an action.
func (h *Hub) carry(m any) (name string, c carried) {
	c.given = reflect.TypeOf(m)
	for _, s := range slices.Sorted(maps.Keys(h.stores)) {
		x := h.stores[s]
		if name, _, err := x.encode(m); err == nil {
			c.wire = x.typeOf(name)
			return name, c
		}
	}
	c.wire = c.given
	return store.ActionName(m), c
}

// undeclared reports what a view must not publish.
func (h *Hub) undeclared(m Message, name string) error {
	prefix, _, _ := strings.Cut(m.Topic, ":")
	declared := h.carries[prefix]
	if declared == nil || declared[name].given == reflect.TypeOf(m.Action) {
		return nil
	}
	return fmt.Errorf("ws: the topic %q does not carry %T; add it to ws.Publishes", prefix, m.Action)
}
