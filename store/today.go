package store

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/composable-go/composable/eventlog"
)

// EventError says that today's code cannot read a recorded event. Who follows the
// log stands still before it, as to skip a fact would be to deny it.
type EventError struct {
	Stream            eventlog.StreamID
	Version, Position int64
	Name              string
	At                time.Time
	Cause             error // [ErrUnknownAction], or why its data could not be converted
}

// Error implements error.
func (e *EventError) Error() string {
	what := fmt.Sprintf("store: the event %q at position %d, version %d of %s", e.Name, e.Position, e.Version, e.Stream)
	if errors.Is(e.Cause, ErrUnknownAction) {
		return what + " is not known; declare it in the store's Actions, or list it in Actions.Former"
	}
	return fmt.Sprintf("%s cannot be read as one of today's; correct its Former: %v", what, errors.Unwrap(e.Cause))
}

// Unwrap returns the cause.
func (e *EventError) Unwrap() error { return e.Cause }

// OfEngine reports whether the engine itself recorded the event, such as that a
// stream was closed. No codec decodes it.
func OfEngine(e eventlog.Event) bool { return strings.HasPrefix(e.Name, enginePrefix) }

// today brings a recorded event into the form it has today. The engine's own
// events have only one.
func (s *Store[S, A]) today(e *eventlog.Event) error {
	if OfEngine(*e) {
		return nil
	}
	name, data, err := s.codec.Today(e.Name, e.Data)
	if err != nil {
		return &EventError{e.Stream, e.Version, e.Position, e.Name, e.Meta.At, err}
	}
	e.Name, e.Data = name, data
	return nil
}

// todaysLog is a log whose events have the form they have today. Those of stores
// that this process does not run are another program's and stay as they are.
type todaysLog struct {
	eventlog.Log
	stores map[string]target
}

// ReadStream implements [eventlog.Log].
func (l todaysLog) ReadStream(ctx context.Context, id eventlog.StreamID, after int64, limit int) ([]eventlog.Event, error) {
	events, err := l.Log.ReadStream(ctx, id, after, limit)
	return l.today(events, err)
}

// ReadAll implements [eventlog.Log].
func (l todaysLog) ReadAll(ctx context.Context, after int64, limit int) ([]eventlog.Event, error) {
	events, err := l.Log.ReadAll(ctx, after, limit)
	return l.today(events, err)
}

// today returns the events before the first that cannot be read, and its error
// when that is the first of all.
func (l todaysLog) today(events []eventlog.Event, err error) ([]eventlog.Event, error) {
	for i := range events {
		t, ours := l.stores[events[i].Stream.Store]
		if !ours {
			continue
		}
		if err := t.today(&events[i]); err != nil {
			if i > 0 {
				return events[:i], nil
			}
			return nil, err
		}
	}
	return events, err
}
