package memory

import (
	"bytes"
	"context"

	"github.com/composable-go/composable/eventlog"
	"github.com/composable-go/composable/eventlog/internal/decide"
)

// Load implements [eventlog.Snapshots].
func (l *Log) Load(ctx context.Context, id eventlog.StreamID, schema string, limit int) (s eventlog.Snapshot, ok bool, events []eventlog.Event, err error) {
	err = l.locked(ctx, func() error {
		if s, ok = l.saved[id]; s.Schema != schema {
			s, ok = eventlog.Snapshot{}, false
		}
		events = l.streamPage(id, s.Version, limit)
		return nil
	})
	return s, ok, events, err
}

// SaveSnapshot implements [eventlog.Snapshots].
func (l *Log) SaveSnapshot(ctx context.Context, s eventlog.Snapshot) error {
	if !decide.Name(s.Stream.Store, s.Stream.Key, s.Schema) {
		return eventlog.ErrInvalid
	}
	return l.locked(ctx, func() error {
		if l.saved[s.Stream].Version <= s.Version {
			s.Data = bytes.Clone(s.Data)
			l.saved[s.Stream] = s
		}
		return nil
	})
}
