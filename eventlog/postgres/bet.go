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

const begin = "BEGIN ISOLATION LEVEL READ COMMITTED"

// uniqueViolation is the SQLSTATE of a key that exists already.
const uniqueViolation = "23505"

// maxCaution is for how many appends no bet is made after several were lost.
const maxCaution = 64

// bets are made while they are won.
type bets struct {
	lost    int // in a row
	caution int // how many appends to go without one
}

func (b *bets) offered() bool {
	b.caution--
	return b.caution < 0
}

func (b *bets) settle(won bool) {
	b.caution = 0
	if b.lost++; won {
		b.lost = 0
		return
	}
	b.caution = min(1<<b.lost, maxCaution)
}

// bet appends in one round trip instead of two when this node knows all that the
// batch depends on, in the belief that no other node has appended since. Where that
// is wrong the position of the first event is taken, which is a primary key:
// nothing is written then, and the error is errBet.
func (a *appender) bet(ctx context.Context, needs decide.Needs, batch []eventlog.Append) ([]eventlog.Outcome, int64, error) {
	state, ok := a.known.state(needs)
	if !ok || a.conn == nil || !a.bets.offered() {
		return nil, 0, errBet
	}
	outcomes, changes := state.Decide(batch)
	if len(changes.Events) == 0 || len(changes.Statements) > 0 {
		return nil, 0, errBet
	}
	if err := ctx.Err(); err != nil {
		return nil, 0, err
	}
	err := a.stake(ctx, changes)
	var refused *pgconn.PgError
	lost := errors.As(err, &refused) && refused.Code == uniqueViolation
	a.bets.settle(!lost)
	if lost {
		return nil, 0, errors.Join(errBet, a.rollback(ctx))
	}
	if err == nil {
		a.known.remember(changes)
	}
	return outcomes, changes.Head, err
}

// stake writes the transaction of a bet, beginning included.
func (a *appender) stake(ctx context.Context, c *decide.Changes) error {
	if c.OnlyEvents() {
		return copyEvents(ctx, a.conn, begin+";", c.Events)
	}
	b := &pgx.Batch{}
	b.Queue(begin)
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
