package postgres

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/composable-go/composable/eventlog"
	"github.com/composable-go/composable/eventlog/internal/head"
)

// Log implements [eventlog.Backend]. All methods may be called concurrently.
type Log struct {
	config   *pgx.ConnConfig
	pool     *pgxpool.Pool
	appender *appender
	models   *sql.DB

	head      *head.Head
	life      context.Context // ends with Close
	end       context.CancelFunc
	listening sync.WaitGroup
	closed    atomic.Bool
}

var _ eventlog.Backend = (*Log)(nil)

// Exclusive implements [eventlog.Log]: false, other nodes append too.
func (l *Log) Exclusive() bool { return false }

// ReadModels returns connections to the same database for read models; it is
// closed with the log. A commit does not wait for the disk
// (synchronous_commit=off): after a crash of the server the read models and
// their checkpoints are, together, a little older, and are brought up to date
// from the log.
func (l *Log) ReadModels() *sql.DB { return l.models }

// Close implements [eventlog.Backend]. Appends in progress fail; whether one
// that was being committed took effect is unknown. It waits for reads.
func (l *Log) Close() error {
	if l.closed.Swap(true) {
		return nil
	}
	l.head.Close()
	return l.closeAll()
}

func (l *Log) closeAll() error {
	l.end()
	l.listening.Wait()
	err := errors.Join(l.appender.close(), l.models.Close())
	if l.pool != nil {
		l.pool.Close()
	}
	return err
}

// wrap says what failed, and that of a closed log everything fails.
func (l *Log) wrap(what string, err error) error {
	switch {
	case err == nil:
		return nil
	case l.closed.Load():
		return eventlog.ErrClosed
	case errors.Is(err, eventlog.ErrLeaseLost), errors.Is(err, eventlog.ErrNotFound):
		return err
	}
	return fmt.Errorf("postgres: %s: %w", what, err)
}
