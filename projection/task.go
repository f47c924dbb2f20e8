package projection

import (
	"context"
)

// task runs one projection: its line and, when asked for, that of a rebuild.
type task struct {
	*Runner
	name  string
	live  *line
	board *board
}

func newTask(r *Runner, p Projection) *task {
	t := &task{Runner: r, name: p.name, board: newBoard()}
	t.live = t.newLine(p.open(r.db, r.options.WriteLock), func(o *orders) *lineOrders { return &o.Live })
	return t
}

func (t *task) newLine(sink Sink, orders func(*orders) *lineOrders) *line {
	return &line{task: t, sink: sink, progress: newProgress(sink.Position), orders: orders}
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
	t.live.run(ctx, t.live.step)
}
