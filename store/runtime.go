package store

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"time"

	"github.com/composable-go/composable/eventlog"
)

// Options of a runtime; the zero value works.
type Options struct {
	Logger *slog.Logger // default slog.Default()
	Node   string       // unique name of this process among the nodes; random when empty

	MaxBatch      int           // appends per transaction, default 512
	MaxWaiting    int           // actions waiting on one stream, default 4096; more are [ErrOverloaded]
	MaxStreams    int           // streams of one store kept in memory, default 10 000
	Workers       int           // durable effects carried out at a time, default 256
	MaxInMemory   int           // in-memory effects at a time, those inside others included, default 10 000; more are [ErrOverloaded]
	SnapshotEvery int           // events of a stream from one snapshot to the next, default 500
	MaxPayload    int           // bytes of one event or effect, default 1 MiB; more is [ErrTooLarge]
	LeaseTime     time.Duration // how long a node that died keeps its work from the others, default 3 s
	PollInterval  time.Duration // how often other nodes' work is looked for, default 1 s

	// OnIncident hears of what an operator should look at: metrics, alarms. It must
	// not block.
	OnIncident func(Incident)

	// Simulated is for simulations. When it is set the runtime starts no goroutine:
	// an action is committed within Send, effects are carried out by [Runtime.Step]
	// alone, and ids and pauses are drawn from it.
	Simulated *rand.Rand
}

func (o Options) withDefaults() Options {
	if o.Logger == nil {
		o.Logger = slog.Default()
	}
	if o.Node == "" {
		o.Node = chance{o.Simulated}.newID()
	}
	setDefault(&o.MaxBatch, 512)
	setDefault(&o.MaxWaiting, 4096)
	setDefault(&o.MaxStreams, 10_000)
	setDefault(&o.Workers, 256)
	setDefault(&o.SnapshotEvery, 500)
	setDefault(&o.MaxPayload, 1<<20)
	setDefault(&o.MaxInMemory, 10_000)
	setDefault(&o.LeaseTime, 3*time.Second)
	setDefault(&o.PollInterval, time.Second)
	return o
}

func setDefault[T int | time.Duration](v *T, value T) {
	if *v <= 0 {
		*v = value
	}
}

// Runtime runs the stores of one process on one backend: it groups their
// commits, carries out their effects and keeps their timers.
type Runtime struct {
	backend    eventlog.Backend
	options    Options
	stores     map[string]target
	codes      map[string]bool // of refusals
	handlers   map[string]*handler
	inline     []InlineFunc
	watchers   watchers
	chance     chance
	commits    *committer
	work       *worker
	background *background
	follow     *follower
	saver      saver
	incidents  incidents
}

// NewRuntime returns a runtime that does nothing until Start. Stores and
// handlers are registered in between. The backend stays the caller's to close.
func NewRuntime(backend eventlog.Backend, options Options) *Runtime {
	rt := &Runtime{
		backend:  backend,
		options:  options.withDefaults(),
		stores:   map[string]target{},
		codes:    engineCodes(),
		handlers: map[string]*handler{},
		chance:   chance{options.Simulated},
	}
	rt.work = newWorker(rt)
	rt.background = newBackground(rt)
	rt.commits = newCommitter(backend, rt.options.MaxBatch, rt.committed, rt.failed)
	rt.follow = newFollower(backend, &rt.watchers)
	return rt
}

// target is a store as the engine sees it.
type target interface {
	deliver(ctx context.Context, key, action string, data []byte, lease eventlog.Lease) error
	accepts(action string) bool
	today(e *eventlog.Event) error
	encode(path string, action any) (envelope, error)
	refused(e envelope, r *Refusal) (envelope, error)
}

func (rt *Runtime) register(name string, t target) {
	if name == "" {
		panic("store: a store needs a name")
	}
	if _, taken := rt.stores[name]; taken {
		panic(fmt.Sprintf("store: two stores are named %q", name))
	}
	rt.stores[name] = t
}

// InlineFunc returns the SQL statements that keep tables in step with an event. The
// event has no Position yet. An error, like a statement that fails, fails the action.
type InlineFunc func(e eventlog.Event) ([]eventlog.Statement, error)

// Inline has f asked about every event of every store before it is recorded; its
// statements run in the transaction of the event. It must precede Start.
func (rt *Runtime) Inline(f InlineFunc) { rt.inline = append(rt.inline, f) }

// Start begins to commit actions and to carry out durable effects, those that a
// former process left behind included. It returns at once.
func (rt *Runtime) Start(ctx context.Context) error {
	head, err := rt.backend.Wait(ctx, -1)
	if err != nil {
		return fmt.Errorf("store: the event log does not answer: %w", err)
	}
	rt.commits.start(rt.options.Simulated != nil)
	if rt.options.Simulated != nil {
		return nil
	}
	rt.saver.start()
	rt.work.start()
	if !rt.backend.Exclusive() {
		rt.follow.start(head)
	}
	return nil
}

// Close cancels the in-memory effects, finishes the durable ones and the commits in
// flight, gives effects that have not begun back to the other nodes, and stops. When
// ctx ends first, what still runs is cancelled and will be tried again by whoever
// takes it over.
func (rt *Runtime) Close(ctx context.Context) error {
	rt.follow.stop()
	rt.background.cancel()
	err := rt.work.stop(ctx)
	rt.commits.stop()
	rt.saver.stop()
	return errors.Join(err, rt.background.wait(ctx))
}

// Step carries out one effect that is due, in a simulation, an in-memory one before
// a durable one; it reports false when none is.
func (rt *Runtime) Step(ctx context.Context) (bool, error) {
	if rt.background.step() {
		return true, nil
	}
	t := time.Now()
	items, err := rt.backend.Lease(ctx, rt.options.Node, t, t.Add(rt.options.LeaseTime), 1, eventlog.Kinds{})
	if err != nil || len(items) == 0 {
		return false, unavailable(err)
	}
	if a, ok := rt.work.admit(items[0]); ok {
		rt.work.carryOut(ctx, a)
	}
	return true, nil
}

// NextDue returns when [Runtime.Step] has something to do, in a simulation; zero
// when no effect is waiting.
func (rt *Runtime) NextDue(ctx context.Context) (time.Time, error) {
	due, err := rt.backend.NextDue(ctx, eventlog.Kinds{})
	if own := rt.background.nextDue(); due.IsZero() || !own.IsZero() && own.Before(due) {
		due = own
	}
	return due, unavailable(err)
}

// Log returns the log for those who follow it: read models, sockets, buses. The
// events it reads have the form they have today, see [Actions].Former. Before one
// that cannot be read in it, pages end; a page that would begin with it is an
// [*EventError].
func (rt *Runtime) Log() eventlog.Log { return todaysLog{rt.backend, rt.stores} }

// Row returns a live row; ok is false when there is none. Its Data must not be changed.
// One that is asked for often is answered from memory where nobody else can change it:
// on SQLite.
func (rt *Runtime) Row(ctx context.Context, kind, key string) (Row, bool, error) {
	row, ok, err := rt.backend.Row(ctx, kind, key, now())
	return row, ok, unavailable(err)
}

// RowsOf lists an owner's live rows of one kind.
func (rt *Runtime) RowsOf(ctx context.Context, kind, owner string) ([]Row, error) {
	rows, err := rt.backend.RowsOf(ctx, kind, owner, now())
	return rows, unavailable(err)
}

// ClaimOwner returns the stream that owns a name, zero when nobody does.
func (rt *Runtime) ClaimOwner(ctx context.Context, key string) (eventlog.StreamID, error) {
	id, err := rt.backend.ClaimOwner(ctx, key)
	return id, unavailable(err)
}

// Change changes rows that belong to no stream, all or none; [ErrRow] when a
// precondition does not hold.
func (rt *Runtime) Change(ctx context.Context, effects ...RowEffect) error {
	a := eventlog.Append{Meta: eventlog.Meta{At: now()}}
	for _, e := range effects {
		a.Rows = append(a.Rows, eventlog.RowChange(e))
	}
	return rt.commit(ctx, a)
}

// finish ends a work item that left nothing else to commit.
func (rt *Runtime) finish(ctx context.Context, lease eventlog.Lease) error {
	return rt.commit(ctx, eventlog.Append{Meta: eventlog.Meta{At: now()}, Done: lease})
}

func (rt *Runtime) commit(ctx context.Context, a eventlog.Append) error {
	c := newCommit(&content{append: a}, &lineage{})
	rt.commits.submit(c)
	_, err := c.wait(ctx)
	return err
}

// committed runs after an append became durable, before its caller is answered.
func (rt *Runtime) committed(c *content) {
	for _, w := range c.append.Work {
		rt.work.accept(w)
	}
	for _, t := range c.tasks {
		rt.background.begin(t)
	}
	if len(c.append.Events) > 0 {
		rt.watchers.signal(c.append.Stream)
	}
}

// failed runs when an append was not committed.
func (rt *Runtime) failed(c *content) {
	for _, w := range c.append.Work {
		rt.work.forget(w)
	}
	for _, t := range c.tasks {
		rt.background.forget(t)
	}
}

func now() time.Time { return time.Now().UTC().Truncate(time.Microsecond) }

// unavailable turns a backend's error into a refusal.
func unavailable(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled):
		return ErrTimeout.Because(err)
	}
	return ErrUnavailable.Because(err)
}
