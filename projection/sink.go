package projection

import (
	"context"
	"fmt"

	"github.com/composable-go/composable/eventlog"
)

// Sink is where a read model lives. It keeps the read model's checkpoint beside
// its data: the position up to which the log is applied, 0 at first.
//
// It promises that a batch applied twice, or by two nodes at once, changes no more
// than one applied once. A sink with transactions moves the checkpoint in that of
// the data. Another one applies the events first, then moves the checkpoint, and
// lets an event that was applied before change nothing, such as by keeping with
// each document the position that it is of.
type Sink interface {
	// Prepare creates what is missing; each node calls it when it starts.
	Prepare(ctx context.Context) error

	// Position reads the checkpoint. Nodes that wait for another one's progress
	// call it some hundred times a second.
	Position(ctx context.Context) (int64, error)

	// Handles reports whether an event matters; Apply gets only those that do.
	Handles(e eventlog.Event) bool

	// Apply applies a batch and moves the checkpoint from b.After to b.Through,
	// which it returns. When the checkpoint is elsewhere, as another node was
	// faster, it changes nothing and returns where it is. An [*EventError] names
	// an event that cannot be applied; any other error is taken for a fault of the
	// sink, and the batch comes again. After an error nothing has changed, as far
	// as the sink's promise lets anyone tell.
	Apply(ctx context.Context, b Batch) (position int64, err error)
}

// Rebuilder is a [Sink] that can be filled anew while it serves; see
// [Runner.Rebuild].
type Rebuilder interface {
	// Fresh returns an empty, prepared sink beside this one, which no reader sees.
	// What an unfinished rebuild left behind is removed.
	Fresh(ctx context.Context) (Sink, error)

	// Switch puts what fresh holds, checkpoint included, in the place of what this
	// sink holds, in one step for readers. When fresh is behind this sink it
	// changes nothing and done is false.
	Switch(ctx context.Context, fresh Sink) (done bool, err error)
}

// Batch is a part of the log for a [Sink]: what matters of the events with
// positions above After, up to and including Through. It may hold none.
type Batch struct {
	After, Through int64
	Events         []eventlog.Event
}

// before is the part of the batch below a position.
func (b Batch) before(position int64) Batch {
	for i, e := range b.Events {
		if e.Position >= position {
			b.Events = b.Events[:i]
			break
		}
	}
	b.Through = position - 1
	return b
}

// EventError says which event of a [Batch] cannot be applied, and why.
type EventError struct {
	Position int64
	Err      error
}

// Error implements error.
func (e *EventError) Error() string {
	return fmt.Sprintf("the event at position %d: %v", e.Position, e.Err)
}

// Unwrap returns why.
func (e *EventError) Unwrap() error { return e.Err }
