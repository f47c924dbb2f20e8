package soaktest

import (
	"context"
	"encoding/json"
	"time"

	"github.com/jackc/pgx/v5"
)

// delayCommit has an appender take the next position and commit late: when both
// nodes wait for it, and clients have been cut and have resumed meanwhile.
func (s *soak) delayCommit(ctx context.Context, readers []*reader) error {
	late, err := pgx.Connect(ctx, s.cluster.setup.Database)
	if err != nil {
		return err
	}
	defer late.Close(context.WithoutCancel(ctx))
	watch, err := pgx.Connect(ctx, s.cluster.setup.Database)
	if err != nil {
		return err
	}
	defer watch.Close(context.WithoutCancel(ctx))
	tx, err := late.Begin(ctx)
	if err != nil {
		return err
	}
	if err := appendSlowly(ctx, tx, s.topics[0][len("room:"):]); err != nil {
		return err
	}
	for waiting := 0; waiting < len(s.cluster.nodes); { // each question is a round trip
		err := watch.QueryRow(ctx, `SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()
			AND application_name = 'eventlog append' AND wait_event_type = 'Lock'`).Scan(&waiting)
		if err != nil {
			return err
		}
	}
	resumed := s.resumes.reached(s.resumes.now() + int64(len(readers)/20))
	for i, r := range readers {
		if conn := r.conn.Load(); conn != nil && i%2 == 0 {
			_ = conn.CloseNow()
		}
	}
	select {
	case <-resumed:
	case <-ctx.Done():
		return ctx.Err()
	}
	return tx.Commit(ctx)
}

// appendSlowly does what the log's Append does, step by step.
func appendSlowly(ctx context.Context, tx pgx.Tx, key string) error {
	data, err := json.Marshal(said{"late"})
	if err != nil {
		return err
	}
	for _, statement := range []struct {
		sql  string
		args []any
	}{
		{"SELECT position FROM eventlog_head WHERE one FOR UPDATE", nil},
		{`INSERT INTO eventlog_events (position, store, stream, version, name, data, at, actor, correlation_id, causation_id, trace_parent)
			SELECT h.position + 1, 'room', $1, 1 + (SELECT count(*) FROM eventlog_events WHERE store = 'room' AND stream = $1),
				'said', $2, $3, '', '', '', '' FROM eventlog_head h`, []any{key, data, time.Now().UnixMicro()}},
		{"UPDATE eventlog_head SET position = position + 1 WHERE one", nil},
		{"SELECT pg_notify('eventlog', position::text) FROM eventlog_head", nil},
	} {
		if _, err := tx.Exec(ctx, statement.sql, statement.args...); err != nil {
			return err
		}
	}
	return nil
}
