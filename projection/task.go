package projection

import (
	"context"
	"sync"
	"sync/atomic"
)

// task runs one projection: its line and, when asked for, that of a rebuild.
type task struct {
	*Runner
	name  string
	live  *line
	fresh atomic.Pointer[line] // of the rebuild under way
	board *board
}

func newTask(r *Runner, p Projection) *task {
	t := &task{Runner: r, name: p.name, board: newBoard()}
	t.live = t.newLine(p.open(r.db, r.options.WriteLock), func(o *orders) *lineOrders { return &o.Live })
	return t
}

func (t *task) newLine(sink Sink, orders func(*orders) *lineOrders) *line {
	l := &line{task: t, sink: sink, orders: orders}
	l.progress = newProgress(func(ctx context.Context) (int64, error) { return l.sink.Position(ctx) })
	return l
}

func (t *task) prepare(ctx context.Context) error {
	if err := t.live.sink.Prepare(ctx); err != nil {
		return err
	}
	position, err := t.live.sink.Position(ctx)
	t.live.progress.reached(position)
	return err
}

// run is what the owner does.
func (t *task) run(ctx context.Context) {
	t.live.progress.owned(true)
	defer t.live.progress.owned(false)
	var rebuilding sync.WaitGroup
	defer rebuilding.Wait()
	rebuilding.Go(func() { t.rebuilds(ctx) })
	t.live.run(ctx, t.live.step)
}
