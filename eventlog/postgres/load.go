package postgres

import (
	"context"

	"github.com/jackc/pgx/v5"

	"github.com/composable-go/composable/eventlog"
	"github.com/composable-go/composable/eventlog/internal/decide"
	"github.com/composable-go/composable/eventlog/internal/micros"
)

// load begins a transaction, locks the head and reads what deciding depends on,
// in one round trip, or two when other nodes have appended much since. As each
// statement of a READ COMMITTED transaction sees what was committed before it
// began, those after the lock see the work of all earlier appenders.
func load(ctx context.Context, conn *pgx.Conn, needs decide.Needs, known *versions) (decide.State, error) {
	s := decide.NewState(0)
	s.SQL = true
	remembered, unknown := known.split(needs.Streams)
	b := &pgx.Batch{}
	b.Queue(begin)
	b.Queue("SELECT position FROM eventlog_head WHERE one FOR UPDATE").QueryRow(func(row pgx.Row) error {
		return row.Scan(&s.Head)
	})
	moves := known.follow(b)
	loadVersions(b, unknown, &s)
	loadCommands(b, needs.Commands, &s)
	loadClaims(b, needs.Claims, &s)
	loadRows(b, needs.Rows, &s)
	loadWork(b, needs, &s)
	if err := conn.SendBatch(ctx, b).Close(); err != nil || known.recall(remembered, moves, &s) {
		return s, err
	}
	b = &pgx.Batch{}
	loadVersions(b, remembered, &s)
	return s, conn.SendBatch(ctx, b).Close()
}

func loadVersions(b *pgx.Batch, streams []eventlog.StreamID, s *decide.State) {
	if len(streams) == 0 {
		return
	}
	b.Queue(`SELECT s.n, e.version FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS s(store, stream, n)
		CROSS JOIN LATERAL (SELECT version FROM eventlog_events
			WHERE store = s.store AND stream = s.stream ORDER BY version DESC LIMIT 1) AS e`,
		column(streams, func(id *eventlog.StreamID) string { return id.Store }),
		column(streams, func(id *eventlog.StreamID) string { return id.Key }),
	).Query(each(func(rows pgx.Rows) error {
		var n, version int64
		if err := rows.Scan(&n, &version); err != nil {
			return err
		}
		s.Versions[streams[n-1]] = version
		return nil
	}))
}

func loadCommands(b *pgx.Batch, keys []decide.CommandKey, s *decide.State) {
	if len(keys) == 0 {
		return
	}
	b.Queue(`SELECT k.n, c.fingerprint, c.version, c.position
		FROM unnest($1::text[], $2::text[], $3::text[]) WITH ORDINALITY AS k(store, stream, id, n)
		JOIN eventlog_commands c ON c.store = k.store AND c.stream = k.stream AND c.id = k.id`,
		column(keys, func(k *decide.CommandKey) string { return k.Stream.Store }),
		column(keys, func(k *decide.CommandKey) string { return k.Stream.Key }),
		column(keys, func(k *decide.CommandKey) string { return k.ID }),
	).Query(each(func(rows pgx.Rows) error {
		var n int64
		var c decide.Command
		if err := rows.Scan(&n, &c.Fingerprint, &c.Version, &c.Position); err != nil {
			return err
		}
		c.CommandKey = keys[n-1]
		s.Commands[c.CommandKey] = c
		return nil
	}))
}

func loadClaims(b *pgx.Batch, keys []string, s *decide.State) {
	if len(keys) == 0 {
		return
	}
	b.Queue("SELECT key, store, stream FROM eventlog_claims WHERE key = ANY($1)", keys).Query(each(func(rows pgx.Rows) error {
		var key string
		var owner eventlog.StreamID
		err := rows.Scan(&key, &owner.Store, &owner.Key)
		s.Claims[key] = owner
		return err
	}))
}

func loadRows(b *pgx.Batch, keys []decide.RowKey, s *decide.State) {
	if len(keys) == 0 {
		return
	}
	b.Queue(`SELECT r.kind, r.key, r.expires, r.revision FROM unnest($1::text[], $2::text[]) AS k(kind, key)
		JOIN eventlog_rows r ON r.kind = k.kind AND r.key = k.key`,
		column(keys, func(k *decide.RowKey) string { return k.Kind }),
		column(keys, func(k *decide.RowKey) string { return k.Key }),
	).Query(each(func(rows pgx.Rows) error {
		var key decide.RowKey
		var expires, revision int64
		err := rows.Scan(&key.Kind, &key.Key, &expires, &revision)
		s.Rows[key] = eventlog.Row{Expires: micros.Time(expires), Revision: revision}
		return err
	}))
}

// loadWork locks the items, as the queue changes them without the head's lock.
// Whoever locks several does so in the order of their ids, and nobody deadlocks.
func loadWork(b *pgx.Batch, needs decide.Needs, s *decide.State) {
	if len(needs.WorkIDs) == 0 && len(needs.WorkKeys) == 0 {
		return
	}
	b.Queue(`SELECT id, store, stream, key, owner FROM eventlog_work WHERE buried_at = 0 AND id = ANY(ARRAY(
			SELECT unnest($1::text[])
			UNION SELECT w.id FROM unnest($2::text[], $3::text[], $4::text[]) AS k(store, stream, key)
			JOIN eventlog_work w ON w.store = k.store AND w.stream = k.stream AND w.key = k.key
			WHERE w.buried_at = 0 AND w.key <> ''))
		ORDER BY id FOR UPDATE`,
		needs.WorkIDs,
		column(needs.WorkKeys, func(k *decide.WorkKey) string { return k.Stream.Store }),
		column(needs.WorkKeys, func(k *decide.WorkKey) string { return k.Stream.Key }),
		column(needs.WorkKeys, func(k *decide.WorkKey) string { return k.Key }),
	).Query(each(func(rows pgx.Rows) error {
		var w decide.Work
		err := rows.Scan(&w.ID, &w.Key.Stream.Store, &w.Key.Stream.Key, &w.Key.Key, &w.Owner)
		s.Work = append(s.Work, w)
		return err
	}))
}

func each(scan func(pgx.Rows) error) func(pgx.Rows) error {
	return func(rows pgx.Rows) error {
		for rows.Next() {
			if err := scan(rows); err != nil {
				return err
			}
		}
		return rows.Err()
	}
}
