package projection

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/composable-go/composable/eventlog"
	"github.com/composable-go/composable/store"
)

// Meta is what is known of an event besides its content.
type Meta struct {
	Position      int64
	Key           string // of the stream
	Version       int64  // in the stream
	At            time.Time
	Actor         string
	CorrelationID string
}

// Handler applies one kind of event to a W: a [*Tx], or what another sink gives
// its handlers to write with. It is made by [On].
type Handler[W any] struct {
	kind  eventKind
	apply func(ctx context.Context, w W, e eventlog.Event) error
}

type eventKind struct{ store, name string }

// On applies the events of type E that the named store records. An error, a panic,
// or an event that cannot be decoded, stops the projection at this event until it
// can be applied or is passed over by hand; see [Runner.Skip].
func On[E, W any](storeName string, apply func(ctx context.Context, w W, m Meta, e E) error) Handler[W] {
	var zero E
	return Handler[W]{
		kind: eventKind{storeName, store.ActionName(zero)},
		apply: func(ctx context.Context, w W, e eventlog.Event) error {
			var event E
			if err := json.Unmarshal(e.Data, &event); err != nil {
				return err
			}
			return apply(ctx, w, Meta{
				Position: e.Position, Key: e.Stream.Key, Version: e.Version,
				At: e.Meta.At, Actor: e.Meta.Actor, CorrelationID: e.Meta.CorrelationID,
			}, event)
		},
	}
}

// Handlers finds the handler of an event, for sinks.
type Handlers[W any] struct {
	byKind map[eventKind]Handler[W]
}

// NewHandlers panics when two handlers take the same event.
func NewHandlers[W any](handlers ...Handler[W]) Handlers[W] {
	h := Handlers[W]{byKind: map[eventKind]Handler[W]{}}
	for _, handler := range handlers {
		if _, taken := h.byKind[handler.kind]; taken {
			panic(fmt.Sprintf("projection: two handlers for %s of %s", handler.kind.name, handler.kind.store))
		}
		h.byKind[handler.kind] = handler
	}
	return h
}

// Handles reports whether an event has a handler.
func (h Handlers[W]) Handles(e eventlog.Event) bool {
	_, ok := h.byKind[eventKind{e.Stream.Store, e.Name}]
	return ok
}

// Apply runs the handler of an event, if there is one, and contains its panic. Its
// error is an [*EventError].
func (h Handlers[W]) Apply(ctx context.Context, w W, e eventlog.Event) (err error) {
	handler, ok := h.byKind[eventKind{e.Stream.Store, e.Name}]
	if !ok {
		return nil
	}
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("panic: %v", v)
		}
		if err != nil {
			err = &EventError{Position: e.Position, Err: err}
		}
	}()
	return handler.apply(ctx, w, e)
}
