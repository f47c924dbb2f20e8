package memory

import (
	"context"
	"slices"

	"github.com/composable-go/composable/eventlog"
)

// ReadAll implements [eventlog.Log].
func (l *Log) ReadAll(ctx context.Context, after int64, limit int) (events []eventlog.Event, err error) {
	err = l.locked(ctx, func() error {
		events = slices.Clone(page(l.events, after, limit))
		return nil
	})
	return events, err
}

// ReadStream implements [eventlog.Log].
func (l *Log) ReadStream(ctx context.Context, id eventlog.StreamID, after int64, limit int) (events []eventlog.Event, err error) {
	err = l.locked(ctx, func() error {
		events = l.streamPage(id, after, limit)
		return nil
	})
	return events, err
}

func (l *Log) streamPage(id eventlog.StreamID, after int64, limit int) (events []eventlog.Event) {
	for _, position := range page(l.streams[id], after, limit) {
		events = append(events, l.events[position-1])
	}
	return events
}

// page cuts out up to limit entries, of which the first has the number after+1.
func page[E any](all []E, after int64, limit int) []E {
	from := min(max(after, 0), int64(len(all)))
	to := min(from+int64(max(limit, 0)), int64(len(all)))
	return all[from:to]
}
