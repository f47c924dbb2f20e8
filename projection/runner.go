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

// Refusals of a runner.
var (
	// ErrStale says that a read model did not reach the asked position in time.
	ErrStale = store.Refuse(store.Timeout, "stale", "the data is not as new as you asked for yet; try again shortly")
	// ErrUnknown says that no projection has this name.
	ErrUnknown = store.Refuse(store.NotFound, "unknown_projection", "there is no such projection")
	// ErrNoRebuild says that the projection's sink cannot be filled anew.
	ErrNoRebuild = store.Refuse(store.BadRequest, "no_rebuild", "this projection cannot be rebuilt")
	// ErrNotThere says that the projection does not stand still at the event that
	// was to be passed over.
	ErrNotThere = store.Refuse(store.Conflict, "not_standing_there", "the projection does not stand still at this event")
)

// Options of a runner; the zero value works.
type Options struct {
	Logger *slog.Logger  // default slog.Default()
	Batch  int           // events per transaction, default 500
	Pause  time.Duration // after a failure, default 1 s; it doubles up to 8 times that

	// WriteLock is held during each transaction, for a database that takes one
	// writer at a time: waiting in line beats trying again. Default none.
	WriteLock sync.Locker
}

const defaultBatch = 500

// ordersInterval is how often a node looks for orders given on others.
const ordersInterval = time.Second

// Runner keeps projections in step with the log, each at its own pace and on one
// node at a time; another node takes over when that one stops or dies, as
// [store.Runtime.Own] says.
type Runner struct {
	rt      *store.Runtime
	log     eventlog.Log
	db      *sql.DB
	options Options
	tasks   []*task
	life    context.Context // ends with Close
	end     context.CancelFunc
	running sync.WaitGroup
}

// NewRunner returns a runner that does nothing until Start. The database is for
// projections in SQL, and stays the caller's to close. It panics when two
// projections share a name.
func NewRunner(rt *store.Runtime, db *sql.DB, options Options, projections ...Projection) *Runner {
	if options.Logger == nil {
		options.Logger = slog.Default()
	}
	if options.Batch <= 0 {
		options.Batch = defaultBatch
	}
	if options.Pause <= 0 {
		options.Pause = time.Second
	}
	if options.WriteLock == nil {
		options.WriteLock = unlocked{}
	}
	r := &Runner{rt: rt, db: db, options: options}
	r.life, r.end = context.WithCancel(context.Background())
	for _, p := range projections {
		if p.name == "" || r.task(p.name) != nil {
			panic(fmt.Sprintf("projection: the name %q is empty or used twice", p.name))
		}
		r.tasks = append(r.tasks, newTask(r, p))
	}
	r.log = rt.Log()
	return r
}

type unlocked struct{}

func (unlocked) Lock()   {}
func (unlocked) Unlock() {}

// task returns that of a name, or nil.
func (r *Runner) task(name string) *task {
	for _, t := range r.tasks {
		if t.name == name {
			return t
		}
	}
	return nil
}

// Start prepares the sinks and begins to follow the log, each projection from its
// checkpoint. The runtime must have been started. ctx bounds only the preparation.
func (r *Runner) Start(ctx context.Context) error {
	for _, t := range r.tasks {
		if err := t.prepare(ctx); err != nil {
			return fmt.Errorf("projection: cannot prepare %s: %w", t.name, err)
		}
	}
	r.running.Go(func() { r.followOrders(r.life) })
	for _, t := range r.tasks {
		r.running.Go(func() { r.rt.Own(r.life, "projection/"+t.name, t.run) })
	}
	return nil
}

// followOrders reads what was ordered on other nodes.
func (r *Runner) followOrders(ctx context.Context) {
	for ctx.Err() == nil {
		if err := r.readOrders(ctx); err != nil && ctx.Err() == nil {
			r.options.Logger.Warn("projection: cannot read the orders of other nodes", "error", err)
		}
		select {
		case <-time.After(ordersInterval):
		case <-ctx.Done():
		}
	}
}

// Close stops, and gives up the batches in progress: whoever owns the projections
// next applies them. It comes before the runtime's Close.
func (r *Runner) Close() {
	r.end()
	r.running.Wait()
}

// Wait blocks until every projection has applied the log up to position;
// [ErrStale] when ctx ends before.
func (r *Runner) Wait(ctx context.Context, position int64) error {
	if position <= 0 || len(r.tasks) == 0 {
		return nil
	}
	// There is nothing to look for before this node has heard of the event.
	if _, err := r.log.Wait(ctx, position-1); err != nil {
		return ErrStale.Because(err)
	}
	for _, t := range r.tasks {
		if err := t.live.progress.wait(ctx, position); err != nil {
			return err
		}
	}
	return nil
}
