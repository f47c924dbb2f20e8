package projection

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/composable-go/composable/eventlog"
	"github.com/composable-go/composable/store"
)

// line feeds the log to one sink, on the node that owns it, and stands still where
// it cannot go on.
type line struct {
	*task
	sink     Sink
	progress *progress
	orders   func(o *orders) *lineOrders // those for this line

	turn   sync.Mutex // held during each batch
	begun  bool       // what follows is known
	read   int64      // how far the log was read
	stored int64      // the sink's checkpoint: behind read when what follows does not matter to it

	attempts int       // in vain, since the last success
	since    time.Time // of the first of them
	retried  int       // the last order to retry that was followed
}

// thrift is for how many events that do not matter to a sink its checkpoint may stay
// behind, where no other node reads it.
const thrift = 10_000

// run calls step until it is done.
func (l *line) run(ctx context.Context, step func(ctx context.Context) (done bool, err error)) {
	l.turn.Lock()
	l.begun = false
	l.turn.Unlock()
	for ctx.Err() == nil {
		done, err := step(ctx)
		switch {
		case done:
			return
		case err == nil:
			l.attempts = 0
		case ctx.Err() == nil:
			l.standStill(ctx, err)
		}
	}
}

// step waits for events and applies a batch of them.
func (l *line) step(ctx context.Context) (done bool, err error) {
	read, err := l.begin(ctx)
	if err != nil {
		return false, err
	}
	if _, err := l.log.Wait(ctx, read); err != nil {
		return false, err
	}
	l.turn.Lock()
	defer l.turn.Unlock()
	return false, l.advance(ctx)
}

// begin finds out where a former owner has stopped, and returns how far the log was
// read.
func (l *line) begin(ctx context.Context) (read int64, err error) {
	l.turn.Lock()
	defer l.turn.Unlock()
	if l.begun {
		return l.read, nil
	}
	position, err := l.sink.Position(ctx)
	if err != nil {
		return 0, err
	}
	l.begun, l.read, l.stored = true, position, position
	l.progress.moved(position)
	return position, nil
}

// advance applies a batch: what follows the checkpoint, or the one event that is to
// be passed over.
func (l *line) advance(ctx context.Context) error {
	if l.order().Skip == l.stored+1 {
		return l.apply(ctx, Batch{After: l.stored, Through: l.stored + 1})
	}
	events, err := l.log.ReadAll(ctx, l.read, l.options.Batch)
	var unreadable *store.EventError
	if errors.As(err, &unreadable) {
		return l.stopBefore(ctx, unreadable)
	}
	if err != nil || len(events) == 0 {
		return err
	}
	b := Batch{After: l.stored, Through: events[len(events)-1].Position}
	for _, e := range events {
		if l.sink.Handles(e) {
			b.Events = append(b.Events, e)
		}
	}
	if len(b.Events) == 0 && l.log.Exclusive() && b.Through-b.After < thrift && !l.isFresh() {
		l.read = b.Through
		l.progress.reached(b.Through)
		return nil
	}
	return l.apply(ctx, b)
}

// stopBefore moves the checkpoint up to an event that today's code cannot read, so
// that it can be passed over, and returns what is wrong with it.
func (l *line) stopBefore(ctx context.Context, e *store.EventError) error {
	if l.stored < e.Position-1 {
		if err := l.apply(ctx, Batch{After: l.stored, Through: e.Position - 1}); err != nil {
			return err
		}
	}
	return &EventError{Position: e.Position, Err: e}
}

// apply applies a batch. When an event of it cannot be applied, it applies those
// before, and the event comes first in the next batch.
func (l *line) apply(ctx context.Context, b Batch) error {
	position, err := l.sink.Apply(ctx, b)
	var poison *EventError
	if errors.As(err, &poison) && poison.Position > b.After+1 {
		position, err = l.sink.Apply(ctx, b.before(poison.Position))
	}
	if err != nil {
		return err
	}
	l.read, l.stored = position, position
	l.progress.reached(position)
	l.forgive(ctx)
	return nil
}

// order is what people want of this line now.
func (l *line) order() lineOrders {
	o, _ := l.board.read()
	return *l.orders(&o)
}

// isFresh reports whether this line fills the sink of a rebuild, whose checkpoint
// is compared with that of the sink it replaces.
func (l *line) isFresh() bool { return l != l.live }

// standStill makes the failure known and waits until it is time to try again.
func (l *line) standStill(ctx context.Context, err error) {
	f := l.fail(ctx, err)
	l.options.Logger.Error("projection: stands still", "projection", l.name, "rebuild", l.isFresh(),
		"position", f.Position, "event", f.Event, "attempts", f.Attempts, "error", err)
	if f.Attempts == 1 {
		l.rt.Report(store.Incident{What: store.FollowerStuck, Stream: f.Stream, Name: l.name, Err: err})
	}
	if f.Position > 0 {
		// When this fails too, other nodes learn it after the next attempt.
		_ = l.change(ctx, func(o *orders) error { l.orders(o).Failure = &f; return nil })
	}
	l.progress.failed(f)
	again := time.NewTimer(l.options.Pause << min(l.attempts-1, 3))
	defer again.Stop()
	for {
		o, changed := l.board.read()
		mine := *l.orders(&o)
		if mine.Retry != l.retried || f.Position > 0 && mine.Skip == f.Position {
			l.retried = mine.Retry
			return
		}
		select {
		case <-changed:
		case <-again.C:
			return
		case <-ctx.Done():
			return
		}
	}
}

// fail describes a failure, with the event whose fault it is.
func (l *line) fail(ctx context.Context, err error) Failure {
	if l.attempts == 0 {
		l.since = time.Now().UTC()
	}
	l.attempts++
	f := Failure{Message: err.Error(), Since: l.since, Attempts: l.attempts}
	var poison *EventError
	if errors.As(err, &poison) {
		f.Position = poison.Position
		if e, err := l.eventAt(ctx, poison.Position); err == nil {
			f.Stream, f.Event = e.Stream, e.Name
		}
	}
	return f
}

// eventAt reads one event of the log, without its data when it cannot be read.
func (r *Runner) eventAt(ctx context.Context, position int64) (eventlog.Event, error) {
	events, err := r.log.ReadAll(ctx, position-1, 1)
	var unreadable *store.EventError
	if errors.As(err, &unreadable) {
		return eventlog.Event{
			Position: position, Stream: unreadable.Stream, Name: unreadable.Name, Meta: eventlog.Meta{At: unreadable.At},
		}, nil
	}
	if err == nil && len(events) == 0 {
		err = eventlog.ErrNotFound
	}
	if err != nil {
		return eventlog.Event{}, err
	}
	return events[0], nil
}

// forgive removes a failure that is over from the sight of other nodes. When that
// fails they see by its position that it is over.
func (l *line) forgive(ctx context.Context) {
	if f := l.order().Failure; f == nil || f.Position > l.stored {
		return
	}
	_ = l.change(ctx, func(o *orders) error {
		*l.orders(o) = lineOrders{Retry: l.orders(o).Retry}
		return nil
	})
}
