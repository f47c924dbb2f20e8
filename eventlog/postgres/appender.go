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
		return a.decide(ctx, needs, batch, anyHead)
	case a.conn.IsClosed() && ctx.Err() == nil:
		// Where the head has not moved, nothing was written before the connection
		// broke, and what the server still has of it fails for want of a position.
		outcomes, head, again := a.decide(ctx, needs, batch, a.known.head)
		if !errors.Is(again, errMoved) {
			return outcomes, head, again
		}
	}
	return nil, 0, err
}

const anyHead = -1

var errMoved = errors.New("postgres: the head has moved")

// decide settles the batch on what the database holds and writes it. Elsewhere than
// at a head, unless any will do, the error is errMoved.
func (a *appender) decide(ctx context.Context, needs decide.Needs, batch []eventlog.Append, at int64) ([]eventlog.Outcome, int64, error) {
	state, err := a.load(ctx, needs)
	if err != nil {
		return nil, 0, err
	}
	if at != anyHead && state.Head != at {
		return nil, 0, errMoved
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
