package projection

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"time"

	"github.com/composable-go/composable/eventlog"
	"github.com/composable-go/composable/store"
)

// Projection is one read model. It is made by [New].
type Projection struct {
	name     string
	tables   []string
	handlers map[eventKind]Handler
}

type eventKind struct{ store, name string }

// New describes a read model. Its name must be unique and never change; tables
// are statements run at each start, so they begin CREATE … IF NOT EXISTS. It
// panics when two handlers take the same event.
func New(name string, tables []string, handlers ...Handler) Projection {
	p := Projection{name: name, tables: tables, handlers: map[eventKind]Handler{}}
	for _, h := range handlers {
		if _, taken := p.handlers[h.kind]; taken {
			panic(fmt.Sprintf("projection: %s has two handlers for %s of %s", name, h.kind.name, h.kind.store))
		}
		p.handlers[h.kind] = h
	}
	return p
}

// Name returns the projection's name.
func (p Projection) Name() string { return p.name }

// Meta is what is known of an event besides its content.
type Meta struct {
	Position      int64
	Key           string // of the stream
	Version       int64  // in the stream
	At            time.Time
	Actor         string
	CorrelationID string
}

// Handler applies one kind of event. It is made by [On].
type Handler struct {
	kind  eventKind
	apply func(ctx context.Context, tx *sql.Tx, e eventlog.Event) error
}

// On applies the events of type E that the named store records. The rows it
// changes commit together with the checkpoint. An error, or an event that cannot
// be decoded, stops this projection until the event can be applied; nothing is
// skipped.
func On[E any](storeName string, apply func(ctx context.Context, tx *sql.Tx, m Meta, e E) error) Handler {
	var zero E
	return Handler{
		kind: eventKind{storeName, store.ActionName(zero)},
		apply: func(ctx context.Context, tx *sql.Tx, e eventlog.Event) error {
			var event E
			if err := json.Unmarshal(e.Data, &event); err != nil {
				return err
			}
			return apply(ctx, tx, Meta{
				Position: e.Position, Key: e.Stream.Key, Version: e.Version,
				At: e.Meta.At, Actor: e.Meta.Actor, CorrelationID: e.Meta.CorrelationID,
			}, event)
		},
	}
}

// apply runs the handler of an event, if there is one, and contains its panic.
func (p Projection) apply(ctx context.Context, tx *sql.Tx, e eventlog.Event) (err error) {
	h, ok := p.handlers[eventKind{e.Stream.Store, e.Name}]
	if !ok {
		return nil
	}
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("panic: %v", v)
		}
		if err != nil {
			err = fmt.Errorf("projection %s at position %d (%s of %s): %w", p.name, e.Position, e.Name, e.Stream, err)
		}
	}()
	return h.apply(ctx, tx, e)
}

func (p Projection) concernedBy(events []eventlog.Event) bool {
	for _, e := range events {
		if _, ok := p.handlers[eventKind{e.Stream.Store, e.Name}]; ok {
			return true
		}
	}
	return false
}
