package memory

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/composable-go/composable/eventlog"
	"github.com/composable-go/composable/eventlog/internal/decide"
)

// Command implements [eventlog.Lookup].
func (l *Log) Command(ctx context.Context, id eventlog.StreamID, commandID, fingerprint string) (o eventlog.Outcome, ok bool, err error) {
	err = l.locked(ctx, func() error {
		var c decide.Command
		if c, ok = l.commands[decide.CommandKey{Stream: id, ID: commandID}]; !ok {
			return nil
		}
		o = c.Outcome(fingerprint)
		return o.Err
	})
	return o, ok && err == nil, err
}

// Journal implements [eventlog.History].
func (l *Log) Journal(ctx context.Context, id eventlog.StreamID, after int64, limit int) (entries []eventlog.JournalEntry, err error) {
	err = l.locked(ctx, func() error {
		for i, position := range page(l.streams[id], after, len(l.events)) {
			if data := l.journals[position]; data != nil && len(entries) < limit {
				entries = append(entries, eventlog.JournalEntry{Version: max(after, 0) + int64(i) + 1, Data: data})
			}
		}
		return nil
	})
	return entries, err
}

// ClaimOwner implements [eventlog.Lookup].
func (l *Log) ClaimOwner(ctx context.Context, key string) (owner eventlog.StreamID, err error) {
	err = l.locked(ctx, func() error {
		owner = l.claims[key]
		return nil
	})
	return owner, err
}

// Row implements [eventlog.Lookup].
func (l *Log) Row(ctx context.Context, kind, key string, now time.Time) (row eventlog.Row, ok bool, err error) {
	err = l.locked(ctx, func() error {
		row = l.rows[decide.RowKey{Kind: kind, Key: key}]
		if ok = decide.Live(row, decide.Time(now)); !ok {
			row = eventlog.Row{}
		}
		return nil
	})
	return row, ok, err
}

// RowsOf implements [eventlog.Lookup].
func (l *Log) RowsOf(ctx context.Context, kind, owner string, now time.Time) (rows []eventlog.Row, err error) {
	err = l.locked(ctx, func() error {
		for _, row := range l.rows {
			if row.Kind == kind && row.Owner == owner && decide.Live(row, decide.Time(now)) {
				rows = append(rows, row)
			}
		}
		slices.SortFunc(rows, func(a, b eventlog.Row) int { return cmp.Compare(a.Key, b.Key) })
		return nil
	})
	return rows, err
}

// Purge implements [eventlog.Lookup].
func (l *Log) Purge(ctx context.Context, now time.Time) (purged int, err error) {
	err = l.locked(ctx, func() error {
		for key, row := range l.rows {
			if !decide.Live(row, decide.Time(now)) {
				delete(l.rows, key)
				purged++
			}
		}
		return nil
	})
	return purged, err
}
