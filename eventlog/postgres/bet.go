package postgres

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/composable-go/composable/eventlog"
	"github.com/composable-go/composable/eventlog/internal/decide"
)

// errBet says that a batch has to be decided on what the database holds.
var errBet = errors.New("postgres: another node has appended, or may have")

// uniqueViolation is the SQLSTATE of a key that exists already.
const uniqueViolation = "23505"

// bet appends in one round trip instead of two when this node knows all that the
// batch depends on, in the belief that no other node has appended since. Where that
// is wrong the position of the first event is taken, which is a primary key:
// nothing is written then, and the error is errBet.
func (a *appender) bet(ctx context.Context, needs decide.Needs, batch []eventlog.Append) ([]eventlog.Outcome, int64, error) {
	state, ok := a.known.state(needs)
	if !ok || a.conn == nil {
		return nil, 0, errBet
	}
	outcomes, changes := state.Decide(batch)
	if len(changes.Events) == 0 || len(changes.Statements) > 0 {
		return nil, 0, errBet
	}
	if err := ctx.Err(); err != nil {
		return nil, 0, err
	}
	err := a.writeUnseen(ctx, changes)
	var refused *pgconn.PgError
	if errors.As(err, &refused) && refused.Code == uniqueViolation {
		a.known = versions{}
		return nil, 0, errors.Join(errBet, a.rollback(ctx))
	}
	if err == nil {
		a.known.remember(changes)
	}
	return outcomes, changes.Head, err
}

// writeUnseen writes the transaction of a bet, beginning included.
func (a *appender) writeUnseen(ctx context.Context, c *decide.Changes) error {
	if c.OnlyEvents() {
		return copyEvents(ctx, a.conn, c.Events, a.known.head, c.Head)
	}
	b := &pgx.Batch{}
	b.Queue("BEGIN ISOLATION LEVEL READ COMMITTED")
	b.Queue("UPDATE eventlog_head SET position = $1 WHERE one AND position = $2", c.Head, a.known.head)
	queue(b, c)
	return a.conn.SendBatch(ctx, b).Close()
}

// state returns what deciding depends on, if all of it is remembered.
func (v *versions) state(needs decide.Needs) (decide.State, bool) {
	if v.streams == nil || needs.BeyondStreams() {
		return decide.State{}, false
	}
	s := decide.NewState(v.head)
	s.SQL = true
	for _, id := range needs.Streams {
		version, ok := v.streams[id]
		if !ok {
			return decide.State{}, false
		}
		s.Versions[id] = version
	}
	return s, true
}
