package postgres

import (
	"context"
	"errors"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"
)

const channel = "eventlog"

// patience is how long a lost notification, or a lost connection, can keep this
// node from noticing the appends of others. A quiet node asks for one row that often;
// half a second is what others rely on, as in the end of a session on every node.
const patience = 250 * time.Millisecond

// Wait implements [eventlog.Log].
func (l *Log) Wait(ctx context.Context, after int64) (int64, error) {
	if after < 0 && !l.closed.Load() {
		position, err := l.position(ctx)
		if err != nil {
			return 0, l.wrap("read the head", err)
		}
		l.head.Advance(position)
	}
	return l.head.Wait(ctx, after)
}

func (l *Log) position(ctx context.Context) (position int64, err error) {
	err = l.pool.QueryRow(ctx, selectHead).Scan(&position)
	return position, err
}

const selectHead = "SELECT position FROM eventlog_head WHERE one"

// follow keeps the head up to date with the appends of other nodes.
func (l *Log) follow(ctx context.Context) {
	for ctx.Err() == nil {
		// The error is not lost: it is what append and read run into as well.
		_ = l.listen(ctx)
		if position, err := l.position(ctx); err == nil {
			l.head.Advance(position)
		}
		select {
		case <-time.After(patience):
		case <-ctx.Done():
		}
	}
}

// listen returns when its connection breaks.
func (l *Log) listen(ctx context.Context) (err error) {
	conn, err := pgx.ConnectConfig(ctx, with(l.config, map[string]string{"application_name": "eventlog listen"}))
	if err != nil {
		return err
	}
	defer func() {
		closing, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		err = errors.Join(err, conn.Close(closing))
	}()
	if _, err := conn.Exec(ctx, "LISTEN "+channel); err != nil {
		return err
	}
	for {
		// Also right after LISTEN: what was appended before is not notified.
		var position int64
		if err := conn.QueryRow(ctx, selectHead).Scan(&position); err != nil {
			return err
		}
		l.head.Advance(position)
		if err := l.hear(ctx, conn); err != nil {
			return err
		}
	}
}

// hear takes notifications until none has come for a while.
func (l *Log) hear(ctx context.Context, conn *pgx.Conn) error {
	for {
		quiet, cancel := context.WithTimeout(ctx, patience)
		n, err := conn.WaitForNotification(quiet)
		cancel()
		if err != nil {
			if ctx.Err() == nil && errors.Is(err, context.DeadlineExceeded) {
				return nil
			}
			return err
		}
		if position, err := strconv.ParseInt(n.Payload, 10, 64); err == nil {
			l.head.Advance(position)
		}
	}
}
