package memory

import (
	"context"
	"sync"

	"github.com/composable-go/composable/eventlog"
	"github.com/composable-go/composable/eventlog/internal/decide"
	"github.com/composable-go/composable/eventlog/internal/head"
)

// Log implements [eventlog.Backend]. All methods may be called concurrently.
// The Data and Payload it returns are shared between readers and must not be
// changed.
type Log struct {
	head *head.Head

	mu       sync.Mutex
	closed   bool
	events   []eventlog.Event
	streams  map[eventlog.StreamID][]int64 // positions by version
	journals map[int64][]byte              // by position
	commands map[decide.CommandKey]decide.Command
	claims   map[string]eventlog.StreamID
	rows     map[decide.RowKey]eventlog.Row
	work     map[string]*item
	keyed    map[decide.WorkKey]map[string]*item
	dead     map[string]*letter
	saved    map[eventlog.StreamID]eventlog.Snapshot
	inserted int64 // how many items there have been; orders what is due at once
}

var _ eventlog.Backend = (*Log)(nil)

// New returns an empty log.
func New() *Log {
	return &Log{
		head:     head.New(0),
		streams:  map[eventlog.StreamID][]int64{},
		journals: map[int64][]byte{},
		commands: map[decide.CommandKey]decide.Command{},
		claims:   map[string]eventlog.StreamID{},
		rows:     map[decide.RowKey]eventlog.Row{},
		work:     map[string]*item{},
		keyed:    map[decide.WorkKey]map[string]*item{},
		dead:     map[string]*letter{},
		saved:    map[eventlog.StreamID]eventlog.Snapshot{},
	}
}

// Exclusive implements [eventlog.Log]: true, nobody else can reach this memory.
func (l *Log) Exclusive() bool { return true }

// Wait implements [eventlog.Log].
func (l *Log) Wait(ctx context.Context, after int64) (int64, error) {
	return l.head.Wait(ctx, after)
}

// Close implements [eventlog.Backend].
func (l *Log) Close() error {
	l.head.Close()
	l.mu.Lock()
	defer l.mu.Unlock()
	l.closed = true
	return nil
}

// locked runs f with the log to itself.
func (l *Log) locked(ctx context.Context, f func() error) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return eventlog.ErrClosed
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	return f()
}
