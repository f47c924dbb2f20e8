package postgres

import (
	"context"
	"strconv"

	"github.com/jackc/pgx/v5"

	"github.com/composable-go/composable/eventlog"
	"github.com/composable-go/composable/eventlog/internal/decide"
	"github.com/composable-go/composable/eventlog/internal/micros"
)

// Append implements [eventlog.Log]. Cancelling ctx while the commit is on its
// way leaves it unknown whether it took effect.
func (l *Log) Append(ctx context.Context, batch []eventlog.Append) ([]eventlog.Outcome, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(l.life, cancel)()
	outcomes, head, err := l.appender.append(ctx, batch)
	if err != nil {
		return nil, l.wrap("append", err)
	}
	l.head.Advance(head)
	return outcomes, nil
}

// write sends all changes and the commit in one round trip.
func write(ctx context.Context, conn *pgx.Conn, c *decide.Changes) error {
	if c.OnlyEvents() {
		return copyEvents(ctx, conn, "", c.Events)
	}
	b := &pgx.Batch{}
	statements := queue(b, c)
	return statements.blame(conn.SendBatch(ctx, b).Close())
}

// queue adds all changes and the commit. The head moves first, so that appenders
// wait for each other there and nowhere else.
func queue(b *pgx.Batch, c *decide.Changes) *statements {
	if len(c.Events) > 0 {
		b.Queue("UPDATE eventlog_head SET position = $1 WHERE one", c.Head)
	}
	writeEvents(b, c.Events)
	writeCommands(b, c.Commands)
	writeClaims(b, c)
	writeRows(b, c)
	writeWork(b, c)
	statements := queueStatements(b, c.Statements)
	if len(c.Events) > 0 {
		b.Queue("SELECT pg_notify('"+channel+"', $1)", strconv.FormatInt(c.Head, 10))
	}
	b.Queue("COMMIT")
	return statements
}

func writeEvents(b *pgx.Batch, events []decide.Event) {
	if len(events) == 0 {
		return
	}
	b.Queue("INSERT INTO eventlog_events ("+eventColumns+`, journal) SELECT * FROM unnest(
		$1::bigint[], $2::text[], $3::text[], $4::bigint[], $5::text[], $6::bytea[],
		$7::bigint[], $8::text[], $9::text[], $10::text[], $11::text[], $12::bytea[])`,
		column(events, func(e *decide.Event) int64 { return e.Position }),
		column(events, func(e *decide.Event) string { return e.Stream.Store }),
		column(events, func(e *decide.Event) string { return e.Stream.Key }),
		column(events, func(e *decide.Event) int64 { return e.Version }),
		column(events, func(e *decide.Event) string { return e.Name }),
		column(events, func(e *decide.Event) []byte { return blob(e.Data) }),
		column(events, func(e *decide.Event) int64 { return micros.From(e.Meta.At) }),
		column(events, func(e *decide.Event) string { return e.Meta.Actor }),
		column(events, func(e *decide.Event) string { return e.Meta.CorrelationID }),
		column(events, func(e *decide.Event) string { return e.Meta.CausationID }),
		column(events, func(e *decide.Event) string { return e.Meta.TraceParent }),
		column(events, func(e *decide.Event) []byte { return journal(e.Journal) }))
}

func writeCommands(b *pgx.Batch, commands []decide.Command) {
	if len(commands) == 0 {
		return
	}
	b.Queue(`INSERT INTO eventlog_commands (store, stream, id, fingerprint, version, position)
		SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::bigint[], $6::bigint[])`,
		column(commands, func(c *decide.Command) string { return c.Stream.Store }),
		column(commands, func(c *decide.Command) string { return c.Stream.Key }),
		column(commands, func(c *decide.Command) string { return c.ID }),
		column(commands, func(c *decide.Command) string { return c.Fingerprint }),
		column(commands, func(c *decide.Command) int64 { return c.Version }),
		column(commands, func(c *decide.Command) int64 { return c.Position }))
}

func writeClaims(b *pgx.Batch, c *decide.Changes) {
	if len(c.ClaimsDropped) > 0 {
		b.Queue("DELETE FROM eventlog_claims WHERE key = ANY($1)", c.ClaimsDropped)
	}
	if len(c.ClaimsPut) == 0 {
		return
	}
	b.Queue(`INSERT INTO eventlog_claims (key, store, stream) SELECT * FROM unnest($1::text[], $2::text[], $3::text[])
		ON CONFLICT (key) DO UPDATE SET store = excluded.store, stream = excluded.stream`,
		column(c.ClaimsPut, func(c *decide.Claim) string { return c.Key }),
		column(c.ClaimsPut, func(c *decide.Claim) string { return c.Owner.Store }),
		column(c.ClaimsPut, func(c *decide.Claim) string { return c.Owner.Key }))
}

func writeRows(b *pgx.Batch, c *decide.Changes) {
	if len(c.RowsDropped) > 0 {
		b.Queue(`DELETE FROM eventlog_rows r USING unnest($1::text[], $2::text[]) AS k(kind, key)
			WHERE r.kind = k.kind AND r.key = k.key`,
			column(c.RowsDropped, func(k *decide.RowKey) string { return k.Kind }),
			column(c.RowsDropped, func(k *decide.RowKey) string { return k.Key }))
	}
	if len(c.RowsPut) == 0 {
		return
	}
	b.Queue("INSERT INTO eventlog_rows ("+rowColumns+`) SELECT * FROM unnest(
		$1::text[], $2::text[], $3::text[], $4::bytea[], $5::bigint[], $6::bigint[])
		ON CONFLICT (kind, key) DO UPDATE SET owner = excluded.owner, data = excluded.data,
		expires = excluded.expires, revision = excluded.revision`,
		column(c.RowsPut, func(r *eventlog.Row) string { return r.Kind }),
		column(c.RowsPut, func(r *eventlog.Row) string { return r.Key }),
		column(c.RowsPut, func(r *eventlog.Row) string { return r.Owner }),
		column(c.RowsPut, func(r *eventlog.Row) []byte { return blob(r.Data) }),
		column(c.RowsPut, func(r *eventlog.Row) int64 { return micros.From(r.Expires) }),
		column(c.RowsPut, func(r *eventlog.Row) int64 { return r.Revision }))
}

func writeWork(b *pgx.Batch, c *decide.Changes) {
	put := column(c.WorkPut, func(w *eventlog.Work) string { return w.ID })
	if replaced := append(c.WorkDropped, put...); len(replaced) > 0 {
		b.Queue("DELETE FROM eventlog_work WHERE id = ANY($1)", replaced)
	}
	if len(put) == 0 {
		return
	}
	b.Queue("INSERT INTO eventlog_work ("+newWorkColumns+`) SELECT * FROM unnest(
		$1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::bytea[], $9::bigint[],
		$10::bigint[], $11::text[], $12::text[], $13::text[], $14::text[],
		$15::int[], $16::text[], $17::bigint[])`,
		put,
		column(c.WorkPut, func(w *eventlog.Work) string { return w.Stream.Store }),
		column(c.WorkPut, func(w *eventlog.Work) string { return w.Stream.Key }),
		column(c.WorkPut, func(w *eventlog.Work) string { return w.Key }),
		column(c.WorkPut, func(w *eventlog.Work) string { return w.Kind }),
		column(c.WorkPut, func(w *eventlog.Work) string { return w.Lane }),
		column(c.WorkPut, func(w *eventlog.Work) string { return w.Path }),
		column(c.WorkPut, func(w *eventlog.Work) []byte { return blob(w.Payload) }),
		column(c.WorkPut, func(w *eventlog.Work) int64 { return micros.From(w.Due) }),
		column(c.WorkPut, func(w *eventlog.Work) int64 { return micros.From(w.Meta.At) }),
		column(c.WorkPut, func(w *eventlog.Work) string { return w.Meta.Actor }),
		column(c.WorkPut, func(w *eventlog.Work) string { return w.Meta.CorrelationID }),
		column(c.WorkPut, func(w *eventlog.Work) string { return w.Meta.CausationID }),
		column(c.WorkPut, func(w *eventlog.Work) string { return w.Meta.TraceParent }),
		column(c.WorkPut, func(w *eventlog.Work) int { return w.Attempt }),
		column(c.WorkPut, func(w *eventlog.Work) string { return w.Owner }),
		column(c.WorkPut, func(w *eventlog.Work) int64 { return micros.From(w.LeasedUntil) }))
}

// column turns one field of all items into an array parameter.
func column[T, V any](items []T, field func(*T) V) []V {
	values := make([]V, len(items))
	for i := range items {
		values[i] = field(&items[i])
	}
	return values
}

// journal makes NULL of an empty one: it is passed over, and takes no room.
func journal(b []byte) []byte {
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
