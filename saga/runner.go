package saga

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
)

// Options of a runner; the zero value works.
type Options struct {
	Logger *slog.Logger // default slog.Default()
}

// Runner feeds sagas with the log, each at its own pace.
type Runner struct {
	tasks   []*task
	cancel  context.CancelFunc
	running sync.WaitGroup
}

// NewRunner returns a runner that does nothing until Start. It panics when two sagas
// share a name.
func NewRunner(o Options, sagas ...*Saga) *Runner {
	if o.Logger == nil {
		o.Logger = slog.Default()
	}
	r := &Runner{cancel: func() {}}
	names := map[string]bool{}
	for _, s := range sagas {
		if names[s.name] {
			panic(fmt.Sprintf("saga: two sagas are named %q", s.name))
		}
		names[s.name] = true
		r.tasks = append(r.tasks, &task{saga: s, logger: o.Logger})
	}
	return r
}

// Start begins to follow the log, each saga from its checkpoint and on one node at a
// time. The runtime of the sagas' stores must be running, and must stay so until
// Close has returned. ctx bounds only the start; the error is that the database does
// not answer.
func (r *Runner) Start(ctx context.Context) error {
	if _, err := r.Status(ctx); err != nil {
		return fmt.Errorf("saga: cannot start: %w", err)
	}
	running, cancel := context.WithCancel(context.Background())
	r.cancel = cancel
	for _, t := range r.tasks {
		r.running.Go(func() { t.saga.rt.Own(running, "saga/"+t.saga.name, t.run) })
	}
	return nil
}

// Close stops without waiting for the actions on their way: whoever goes on sends
// them again, under the same command ids.
func (r *Runner) Close() {
	r.cancel()
	r.running.Wait()
}

// Step has each saga take one batch of events, in the caller's goroutine, and reports
// whether one moved. It is for simulations, in place of Start: nothing is retried,
// waited for or owned.
func (r *Runner) Step(ctx context.Context) (moved bool, err error) {
	for _, t := range r.tasks {
		m, stepErr := t.step(ctx, 1)
		moved, err = moved || m, errors.Join(err, stepErr)
	}
	return moved, err
}

// Status is how far one saga has come.
type Status struct {
	Name     string
	Position int64
	Lag      int64 // events behind the head of the log
	Err      error // why it stands still here; nil when it runs, or runs on another node
}

// Status reports on each saga. The error is that the database does not answer.
func (r *Runner) Status(ctx context.Context) ([]Status, error) {
	all := make([]Status, len(r.tasks))
	for i, t := range r.tasks {
		var err error
		if all[i], err = t.status(ctx); err != nil {
			return nil, err
		}
	}
	return all, nil
}
