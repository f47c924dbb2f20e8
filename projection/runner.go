package projection

import (
	"context"
	"database/sql"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/composable-go/composable/eventlog"
	"github.com/composable-go/composable/store"
)

// ErrStale says that a read model did not reach the asked position in time.
var ErrStale = store.Refuse(store.Timeout, "stale", "the data is not as new as you asked for yet; try again shortly")

// Options of a runner; the zero value works.
type Options struct {
	Logger *slog.Logger  // default slog.Default()
	Batch  int           // events per transaction, default 500
	Pause  time.Duration // after a failure, default 1 s

	// WriteLock is held during each transaction, for a database that takes one
	// writer at a time: waiting in line beats trying again. Default none.
	WriteLock sync.Locker
}

// Runner keeps projections in step with the log, each at its own pace.
type Runner struct {
	log     eventlog.Log
	db      *sql.DB
	options Options
	tasks   []*task
	cancel  context.CancelFunc
	running sync.WaitGroup
}

// NewRunner returns a runner that does nothing until Start. The database stays
// the caller's to close. It panics when two projections share a name.
func NewRunner(log eventlog.Log, db *sql.DB, options Options, projections ...Projection) *Runner {
	if options.Logger == nil {
		options.Logger = slog.Default()
	}
	if options.Batch <= 0 {
		options.Batch = 500
	}
	if options.Pause <= 0 {
		options.Pause = time.Second
	}
	if options.WriteLock == nil {
		options.WriteLock = unlocked{}
	}
	r := &Runner{log: log, db: db, options: options, cancel: func() {}}
	names := map[string]bool{}
	for _, p := range projections {
		if p.name == "" || names[p.name] {
			panic(fmt.Sprintf("projection: the name %q is empty or used twice", p.name))
		}
		names[p.name] = true
		r.tasks = append(r.tasks, newTask(r, p))
	}
	return r
}

type unlocked struct{}

func (unlocked) Lock()   {}
func (unlocked) Unlock() {}

const checkpoints = `CREATE TABLE IF NOT EXISTS projection_checkpoints (
	name TEXT PRIMARY KEY, position BIGINT NOT NULL)`

// Start creates missing tables and begins to follow the log, each projection
// from its checkpoint. ctx bounds only the creation.
func (r *Runner) Start(ctx context.Context) error {
	if err := r.prepare(ctx); err != nil {
		return err
	}
	running, cancel := context.WithCancel(context.Background())
	r.cancel = cancel
	for _, t := range r.tasks {
		r.running.Go(func() { t.run(running) })
	}
	return nil
}

func (r *Runner) prepare(ctx context.Context) error {
	r.options.WriteLock.Lock()
	defer r.options.WriteLock.Unlock()
	if _, err := r.db.ExecContext(ctx, checkpoints); err != nil {
		return fmt.Errorf("projection: cannot create the checkpoints: %w", err)
	}
	for _, t := range r.tasks {
		if err := t.prepare(ctx); err != nil {
			return fmt.Errorf("projection: cannot prepare %s: %w", t.projection.name, err)
		}
	}
	return nil
}

// Close stops after the transactions in progress.
func (r *Runner) Close() {
	r.cancel()
	r.running.Wait()
}

// Wait blocks until every projection has applied the log up to position;
// [ErrStale] when ctx ends before.
func (r *Runner) Wait(ctx context.Context, position int64) error {
	for _, t := range r.tasks {
		if err := t.progress.wait(ctx, position); err != nil {
			return err
		}
	}
	return nil
}

// Status is how far one projection has come.
type Status struct {
	Name     string
	Position int64
	Lag      int64 // events behind the head of the log
	Err      error // why it stands still; nil when it runs
}

// Status reports on each projection.
func (r *Runner) Status(ctx context.Context) ([]Status, error) {
	head, err := r.log.Wait(ctx, -1)
	if err != nil {
		return nil, err
	}
	all := make([]Status, len(r.tasks))
	for i, t := range r.tasks {
		position, err := t.progress.now()
		all[i] = Status{t.projection.name, position, max(0, head-position), err}
	}
	return all, nil
}
