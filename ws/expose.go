package ws

import (
	"context"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"

	"github.com/composable-go/composable/eventlog"
	"github.com/composable-go/composable/store"
)

// Exposure opens one thing to clients: a store, a topic, a query. It is made by
// [Expose], [EndSessions], [Grant], [Publishes], [Query] and [Presence], and given to
// [Hub.Add].
type Exposure func(h *Hub)

// Recorded is an event as a view sees it.
type Recorded[A any] struct {
	Name              string // of the event on the wire
	Action            A
	Key               string // of its stream
	Version, Position int64
	Meta              eventlog.Meta
}

// Message is what subscribers of a topic see of an event. Action is sent under
// its wire name: {"SeatsHeld":{…}}. It may be an action of the store or any other
// struct. An event has at most one message per topic.
type Message struct {
	Topic  string
	Action any
}

// Me is the topic "me" of one actor, for views to publish to.
func Me(actorID string) string { return me + ":" + actorID }

const me = "me"

// CommandList names the commands that clients may send. See [Commands].
type CommandList []any

// Commands lists the commands that clients may send, one zero value each; for a
// child's command, the action that holds it.
func Commands(commands ...any) CommandList { return commands }

// Viewer decides what is published of an event. See [View].
type Viewer[A any] func(Recorded[A]) []Message

// View publishes what fn makes of each event. It must be pure: those who resume
// see the same event through it again.
func View[A any](fn func(Recorded[A]) []Message) Viewer[A] { return fn }

// Expose lets clients send the commands to the store, and shows them what the
// view makes of its events; without a view nothing. It panics on a command that
// the store's codec does not know as one.
func Expose[S, A any](s *store.Store[S, A], commands CommandList, view ...Viewer[A]) Exposure {
	codec := s.Codec()
	e := exposed{commands: map[string]bool{}, send: s.SendEncoded, encode: codec.Encode, typeOf: codec.Type}
	for _, command := range commands {
		name, _, err := codec.Encode(command)
		if err != nil || codec.Class(name) != store.Command {
			panic(fmt.Sprintf("ws: store %q does not declare %T as a command; leave it out of ws.Commands", s.Name(), command))
		}
		e.commands[name] = true
	}
	if len(view) > 0 {
		e.view = func(event eventlog.Event) ([]Message, error) {
			if store.OfEngine(event) {
				return nil, nil
			}
			recorded, err := decode(codec, event)
			if err != nil {
				return nil, err
			}
			return view[0](recorded), nil
		}
	}
	return func(h *Hub) {
		if _, taken := h.stores[s.Name()]; taken {
			panic(fmt.Sprintf("ws: store %q is exposed twice", s.Name()))
		}
		h.stores[s.Name()] = e
	}
}

// exposed is what the hub needs of a store, without its types.
type exposed struct {
	commands map[string]bool
	send     func(ctx context.Context, key, name string, data []byte) (store.Receipt, error)
	encode   func(action any) (name string, data []byte, err error)
	typeOf   func(name string) reflect.Type
	view     func(eventlog.Event) ([]Message, error) // nil: publishes nothing
}

// EndSessions closes the sockets of the sessions that fn names when the event
// reaches a node, on every node. [Hub.CloseSession] does it on this one at once.
func EndSessions[S, A any](s *store.Store[S, A], fn func(Recorded[A]) (sessions []string)) Exposure {
	return func(h *Hub) {
		h.endings[s.Name()] = func(event eventlog.Event) ([]string, error) {
			if store.OfEngine(event) {
				return nil, nil
			}
			recorded, err := decode(s.Codec(), event)
			if err != nil {
				return nil, err
			}
			return fn(recorded), nil
		}
	}
}

func decode[A any](codec *store.Codec[A], e eventlog.Event) (Recorded[A], error) {
	action, err := codec.Decode(e.Name, e.Data)
	return Recorded[A]{e.Name, action, e.Stream.Key, e.Version, e.Position, e.Meta}, err
}

// message is a Message ready to be sent.
type message struct {
	seq   int64
	topic string
	frame []byte
}

// encode makes a message of what the view of x published.
func (h *Hub) encode(x exposed, e eventlog.Event, m Message) (message, error) {
	name, data, err := x.encode(m.Action)
	if err != nil { // it is no action of the store
		name = store.ActionName(m.Action)
		if data, err = json.Marshal(m.Action); err != nil {
			return message{}, err
		}
	}
	if err := h.undeclared(m, name); err != nil {
		return message{}, err
	}
	topic := m.Topic
	if strings.HasPrefix(topic, me+":") { // its owner knows it as "me"
		topic = me
	}
	frame, err := json.Marshal(eventFrame{
		Type: "event", Topic: topic, Seq: e.Position,
		Action: map[string]any{name: json.RawMessage(data)},
		Meta:   eventMeta{e.Meta.At, e.Meta.CorrelationID},
	})
	return message{e.Position, m.Topic, frame}, err
}
