package memory

import (
	"bytes"
	"context"

	"github.com/composable-go/composable/eventlog"
	"github.com/composable-go/composable/eventlog/internal/decide"
)

// Append implements [eventlog.Log].
func (l *Log) Append(ctx context.Context, batch []eventlog.Append) (outcomes []eventlog.Outcome, err error) {
	err = l.locked(ctx, func() error {
		var changes *decide.Changes
		outcomes, changes = l.load(decide.NeedsOf(batch)).Decide(batch)
		l.write(changes)
		l.head.Advance(changes.Head)
		return nil
	})
	return outcomes, err
}

func (l *Log) load(needs decide.Needs) decide.State {
	s := decide.NewState(int64(len(l.events)))
	for _, id := range needs.Streams {
		s.Versions[id] = int64(len(l.streams[id]))
	}
	pick(s.Commands, l.commands, needs.Commands)
	pick(s.Claims, l.claims, needs.Claims)
	pick(s.Rows, l.rows, needs.Rows)

	touched := map[string]*item{}
	for _, id := range needs.WorkIDs {
		if it, ok := l.work[id]; ok {
			touched[id] = it
		}
	}
	for _, key := range needs.WorkKeys {
		for id, it := range l.keyed[key] {
			touched[id] = it
		}
	}
	for id, it := range touched {
		s.Work = append(s.Work, decide.Work{ID: id, Key: it.key(), Owner: it.Owner})
	}
	return s
}

func pick[K comparable, V any](to, from map[K]V, keys []K) {
	for _, k := range keys {
		if v, ok := from[k]; ok {
			to[k] = v
		}
	}
}

func (l *Log) write(c *decide.Changes) {
	for _, e := range c.Events {
		e.Data = bytes.Clone(e.Data)
		l.events = append(l.events, e.Event)
		if len(e.Journal) > 0 {
			l.journals[e.Position] = bytes.Clone(e.Journal)
		}
		l.streams[e.Stream] = append(l.streams[e.Stream], e.Position)
	}
	for _, command := range c.Commands {
		l.commands[command.CommandKey] = command
	}
	for _, key := range c.ClaimsDropped {
		delete(l.claims, key)
	}
	for _, claim := range c.ClaimsPut {
		l.claims[claim.Key] = claim.Owner
	}
	for _, key := range c.RowsDropped {
		delete(l.rows, key)
	}
	for _, row := range c.RowsPut {
		row.Data = bytes.Clone(row.Data)
		l.rows[decide.RowKey{Kind: row.Kind, Key: row.Key}] = row
	}
	for _, id := range c.WorkDropped {
		l.remove(id)
	}
	for _, w := range c.WorkPut {
		w.Payload = bytes.Clone(w.Payload)
		l.remove(w.ID)
		delete(l.dead, w.ID)
		l.insert(w)
	}
}
