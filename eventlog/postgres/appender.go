package postgres

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/composable-go/composable/eventlog"
	"github.com/composable-go/composable/eventlog/internal/decide"
)

// appender is the one connection of this node that appends, and those who wait
// for it. After an error that is not a statement's the connection is dropped,
// which rolls back what it held, and the next append makes a new one.
type appender struct {
	config *pgx.ConnConfig // nil when closed
	turn   chan struct{}   // holds a token while nobody appends
	conn   *pgx.Conn       // nil when there is none
	known  versions
	bets   bets
}

func newAppender(config *pgx.ConnConfig) *appender {
	a := &appender{config: config, turn: make(chan struct{}, 1)}
	a.turn <- struct{}{}
	return a
}

func (a *appender) append(ctx context.Context, batch []eventlog.Append) ([]eventlog.Outcome, int64, error) {
	select {
	case <-a.turn:
	case <-ctx.Done():
		return nil, 0, ctx.Err()
	}
	defer func() { a.turn <- struct{}{} }()
	outcomes, head, err := a.commit(ctx, batch)
	if errors.Is(err, eventlog.ErrStatement) && a.rollback(ctx) == nil {
		return nil, 0, err
	}
	if err != nil {
		_ = a.drop() // the first error tells more
		return nil, 0, err
	}
	return outcomes, head, nil
}

func (a *appender) commit(ctx context.Context, batch []eventlog.Append) ([]eventlog.Outcome, int64, error) {
	needs := decide.NeedsOf(batch)
	outcomes, head, err := a.bet(ctx, needs, batch)
	switch {
	case err == nil:
		return outcomes, head, nil
	case errors.Is(err, errBet):
		return a.decide(ctx, needs, batch)
	case a.conn.IsClosed() && ctx.Err() == nil && a.unmoved(ctx):
		return a.decide(ctx, needs, batch) // the connection broke before anything was written
	}
	return nil, 0, err
}

func (a *appender) decide(ctx context.Context, needs decide.Needs, batch []eventlog.Append) ([]eventlog.Outcome, int64, error) {
	state, err := a.load(ctx, needs)
	if err != nil {
		return nil, 0, err
	}
	outcomes, changes := state.Decide(batch)
	if err := ctx.Err(); err != nil {
		return nil, 0, err
	}
	if changes.Empty() {
		err = a.rollback(ctx)
	} else {
		err = write(ctx, a.conn, changes)
	}
	if err == nil {
		a.known.remember(changes)
	}
	return outcomes, changes.Head, err
}

// unmoved reports, over a new connection, that the head is where this node saw it
// last. It waits for the transaction of the old one, should that still go on.
func (a *appender) unmoved(ctx context.Context) bool {
	before := a.known.head
	state, err := a.load(ctx, decide.Needs{})
	return err == nil && state.Head == before && a.rollback(ctx) == nil
}

// load begins the transaction. A connection that turns out to have broken since
// the last append is replaced: nothing has been written yet.
func (a *appender) load(ctx context.Context, needs decide.Needs) (decide.State, error) {
	if a.conn != nil {
		state, err := load(ctx, a.conn, needs, &a.known)
		if err == nil || !a.conn.IsClosed() || ctx.Err() != nil {
			return state, err
		}
	}
	if a.config == nil {
		return decide.State{}, eventlog.ErrClosed
	}
	conn, err := pgx.ConnectConfig(ctx, a.config)
	if err != nil {
		return decide.State{}, fmt.Errorf("connect: %w", err)
	}
	a.conn = conn
	return load(ctx, conn, needs, &a.known)
}

func (a *appender) rollback(ctx context.Context) error {
	_, err := a.conn.Exec(ctx, "ROLLBACK")
	return err
}

func (a *appender) drop() error {
	a.known = versions{} // it may be unknown what was committed
	if a.conn == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	err := a.conn.Close(ctx)
	a.conn = nil
	return err
}

// close waits for the append in progress.
func (a *appender) close() error {
	<-a.turn
	defer func() { a.turn <- struct{}{} }()
	a.config = nil
	return a.drop()
}
