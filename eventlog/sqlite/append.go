package sqlite

import (
	"context"

	"github.com/composable-go/composable/eventlog"
	"github.com/composable-go/composable/eventlog/internal/decide"
	"github.com/composable-go/composable/eventlog/internal/micros"
)

// Append implements [eventlog.Log].
func (l *Log) Append(ctx context.Context, batch []eventlog.Append) (outcomes []eventlog.Outcome, err error) {
	var changes *decide.Changes
	needs := decide.NeedsOf(batch)
	defer l.rows.hold(needs.Rows)()
	err = l.writer.transact(ctx, func(t tx) error {
		state, err := load(t, needs)
		if err != nil {
			return err
		}
		outcomes, changes = state.Decide(batch)
		if err := write(t, changes); err != nil {
			return err
		}
		return l.writer.run(changes.Statements)
	})
	if err != nil {
		return nil, l.wrap("append", err)
	}
	l.head.Advance(changes.Head)
	return outcomes, nil
}

func write(t tx, c *decide.Changes) error {
	for _, step := range []func(tx, *decide.Changes) error{writeEvents, writeCommands, writeClaims, writeRows, writeWork} {
		if err := step(t, c); err != nil {
			return err
		}
	}
	return nil
}

func writeEvents(t tx, c *decide.Changes) error {
	for _, e := range c.Events {
		if err := t.exec("INSERT INTO eventlog_events ("+eventColumns+", journal) VALUES (?,?,?,?,?,?,?,?,?,?,?,?)",
			e.Position, e.Stream.Store, e.Stream.Key, e.Version, e.Name, blob(e.Data),
			micros.From(e.Meta.At), e.Meta.Actor, e.Meta.CorrelationID, e.Meta.CausationID, e.Meta.TraceParent, journal(e.Journal)); err != nil {
			return err
		}
	}
	return nil
}

func writeCommands(t tx, c *decide.Changes) error {
	for _, command := range c.Commands {
		if err := t.exec("INSERT INTO eventlog_commands (store, stream, id, fingerprint, version, position) VALUES (?,?,?,?,?,?)",
			command.Stream.Store, command.Stream.Key, command.ID, command.Fingerprint, command.Version, command.Position); err != nil {
			return err
		}
	}
	return nil
}

func writeClaims(t tx, c *decide.Changes) error {
	for _, key := range c.ClaimsDropped {
		if err := t.exec("DELETE FROM eventlog_claims WHERE key = ?", key); err != nil {
			return err
		}
	}
	for _, claim := range c.ClaimsPut {
		if err := t.exec("REPLACE INTO eventlog_claims (key, store, stream) VALUES (?,?,?)",
			claim.Key, claim.Owner.Store, claim.Owner.Key); err != nil {
			return err
		}
	}
	return nil
}

func writeRows(t tx, c *decide.Changes) error {
	for _, key := range c.RowsDropped {
		if err := t.exec("DELETE FROM eventlog_rows WHERE kind = ? AND key = ?", key.Kind, key.Key); err != nil {
			return err
		}
	}
	for _, row := range c.RowsPut {
		if err := t.exec("REPLACE INTO eventlog_rows ("+rowColumns+") VALUES (?,?,?,?,?,?)",
			row.Kind, row.Key, row.Owner, blob(row.Data), micros.From(row.Expires), row.Revision); err != nil {
			return err
		}
	}
	return nil
}

func writeWork(t tx, c *decide.Changes) error {
	for _, id := range c.WorkDropped {
		if err := t.exec("DELETE FROM eventlog_work WHERE id = ?", id); err != nil {
			return err
		}
	}
	for _, w := range c.WorkPut {
		if err := t.exec("REPLACE INTO eventlog_work ("+newWorkColumns+") VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
			w.ID, w.Stream.Store, w.Stream.Key, w.Key, w.Kind, w.Lane, w.Path, blob(w.Payload), micros.From(w.Due),
			micros.From(w.Meta.At), w.Meta.Actor, w.Meta.CorrelationID, w.Meta.CausationID, w.Meta.TraceParent,
			w.Attempt, w.Owner, micros.From(w.LeasedUntil)); err != nil {
			return err
		}
	}
	return nil
}

// journal makes NULL of an empty one: it is passed over, and takes no room.
func journal(b []byte) any {
	if len(b) == 0 {
		return nil
	}
	return b
}

// blob keeps nil from becoming NULL.
func blob(b []byte) []byte {
	if b == nil {
		return []byte{}
	}
	return b
}
