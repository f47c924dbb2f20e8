package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"

	"github.com/composable-go/composable/eventlog"
	"github.com/composable-go/composable/eventlog/internal/head"
)

// Log implements [eventlog.Backend]. All methods may be called concurrently.
type Log struct {
	head     *head.Head
	lock     *sql.DB
	writer   *writer
	readers  *sql.DB
	prepared *statements // of readers
	models   *sql.DB
	rows     *rows
	closed   atomic.Bool
}

var _ eventlog.Backend = (*Log)(nil)

// Exclusive implements [eventlog.Log]: true, the lock file keeps others out.
func (l *Log) Exclusive() bool { return true }

// Wait implements [eventlog.Log].
func (l *Log) Wait(ctx context.Context, after int64) (int64, error) {
	return l.head.Wait(ctx, after)
}

// ReadModels returns connections to the same file for read models; it is closed
// with the log; placeholders may be $1. Whoever writes holds [Log.WriteLock].
// Transactions take SQLite's own write lock when they begin. They are not
// flushed to the disk one by one (synchronous=NORMAL): after a power cut the
// read models and their checkpoints are, together, a little older, and are
// brought up to date from the log.
func (l *Log) ReadModels() *sql.DB { return l.models }

// WriteLock is held while the log is written. Whoever writes to [Log.ReadModels]
// holds it too: waiting for a turn is quicker than trying for the file's lock.
func (l *Log) WriteLock() sync.Locker { return l.writer }

// Close implements [eventlog.Backend]. It waits for the append in progress.
func (l *Log) Close() error {
	if l.closed.Swap(true) {
		return nil
	}
	l.head.Close()
	return l.closeAll()
}

func (l *Log) closeAll() error {
	var errs []error
	if l.writer != nil {
		errs = append(errs, l.writer.close())
	}
	for _, db := range []*sql.DB{l.readers, l.models, l.lock} {
		if db != nil {
			errs = append(errs, db.Close())
		}
	}
	return errors.Join(errs...)
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
	return fmt.Errorf("sqlite: %s: %w", what, err)
}
