package saga

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/composable-go/composable/eventlog"
	"github.com/composable-go/composable/store"
)

// Event is what is known of an event besides its content.
type Event struct {
	Position      int64
	Key           string // of the stream
	Version       int64  // in the stream
	At            time.Time
	Actor         string
	CorrelationID string
}

// Handler says what one kind of event means to a saga with actions A. It is made by
// [On].
type Handler[A any] struct {
	kind      eventKind
	translate func(e eventlog.Event) (key string, action A, err error)
}

type eventKind struct{ store, name string }

// On declares that the events of type E that the named store records become actions
// of the saga's stream key; an empty key means that no saga is concerned. Translate
// must be pure: after a crash it is asked again. The action is a command or result,
// and runs for the event's actor, under its correlation id.
func On[E, A any](storeName string, translate func(e Event, event E) (key string, action A)) Handler[A] {
	var zero E
	return Handler[A]{
		kind: eventKind{storeName, store.ActionName(zero)},
		translate: func(e eventlog.Event) (key string, action A, err error) {
			var event E
			if err := json.Unmarshal(e.Data, &event); err != nil {
				return "", action, err
			}
			key, action = translate(Event{
				Position: e.Position, Key: e.Stream.Key, Version: e.Version,
				At: e.Meta.At, Actor: e.Meta.Actor, CorrelationID: e.Meta.CorrelationID,
			}, event)
			return key, action, nil
		},
	}
}

// Within makes a handler that of an event of a child feature: "cart" for one that
// [store.Scope] named so, "lines.gift" for a child's child. Below a
// [store.ForEach] the handler takes a [store.Keyed] event, which has the key.
func (h Handler[A]) Within(child string) Handler[A] {
	h.kind.name = child + "." + h.kind.name
	return h
}

// Saga is one process manager. It is made by [New].
type Saga struct {
	name     string
	rt       *store.Runtime
	handlers map[eventKind]func(e eventlog.Event) (delivery, error)
}

// delivery is an action on its way to a stream of the saga; without a key there is none.
type delivery struct {
	event eventlog.Event
	key   string
	send  func(ctx context.Context) error
}

// New describes a saga that lives in a store. Its name must be unique and never
// change: its progress and the identity of its actions hang on it. It panics when the
// name is empty or two handlers take the same event.
func New[S, A any](name string, sagas *store.Store[S, A], handlers ...Handler[A]) *Saga {
	if name == "" {
		panic("saga: a saga needs a name")
	}
	s := &Saga{name, sagas.Runtime(), map[eventKind]func(eventlog.Event) (delivery, error){}}
	for _, h := range handlers {
		if _, taken := s.handlers[h.kind]; taken {
			panic(fmt.Sprintf("saga: %s has two handlers for %s of %s", name, h.kind.name, h.kind.store))
		}
		s.handlers[h.kind] = func(e eventlog.Event) (delivery, error) { return deliveryOf(sagas, h, e) }
	}
	return s
}

// Name returns the saga's name.
func (s *Saga) Name() string { return s.name }

func deliveryOf[S, A any](sagas *store.Store[S, A], h Handler[A], e eventlog.Event) (delivery, error) {
	key, action, err := h.translate(e)
	if err != nil || key == "" {
		return delivery{}, err
	}
	name := sagas.Codec().Name(action)
	if class := sagas.Codec().Class(name); class != store.Command && class != store.Result {
		return delivery{}, fmt.Errorf("the store %q does not declare %q as a command or result", sagas.Name(), name)
	}
	return delivery{e, key, func(ctx context.Context) error {
		_, err := sagas.Send(ctx, key, action)
		return err
	}}, nil
}

// translate asks the handler of an event, if there is one, and contains its panic.
func (s *Saga) translate(e eventlog.Event) (d delivery, err error) {
	handler, ok := s.handlers[eventKind{e.Stream.Store, e.Name}]
	if !ok {
		return delivery{}, nil
	}
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("panic: %v", v)
		}
		if err != nil {
			err = s.failed(e, err)
		}
	}()
	return handler(e)
}

func (s *Saga) failed(e eventlog.Event, err error) error {
	return fmt.Errorf("saga %s at position %d (%s of %s): %w", s.name, e.Position, e.Name, e.Stream, err)
}
