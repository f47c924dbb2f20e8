package memory

import (
	"bytes"
	"context"

	"github.com/composable-go/composable/eventlog"
	"github.com/composable-go/composable/eventlog/internal/decide"
)

// Snapshot implements [eventlog.Snapshots].
func (l *Log) Snapshot(ctx context.Context, id eventlog.StreamID) (s eventlog.Snapshot, ok bool, err error) {
	err = l.locked(ctx, func() error {
		s, ok = l.saved[id]
		return nil
	})
	return s, ok, err
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
