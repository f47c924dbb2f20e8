package projection

import (
	"context"
	"crypto/rand"
	"errors"

	"github.com/composable-go/composable/store"
)

// Rebuild applies the whole log anew, beside what serves and keeps being fed, and
// puts the result in its place in one step: no reader sees a row missing or wrong.
// It is how a read model gets new columns, or the rows of a mended handler.
//
// It returns when that is done; when ctx ends before, with [store.ErrTimeout] while
// the rebuild goes on: the order is durable, and a node that takes over begins
// again. One that is under way is joined. It comes to an end when it is quicker than
// the log grows, and can digest every event; see [Status]. [ErrUnknown] when there is no such
// projection, [ErrNoRebuild] when its sink cannot.
func (r *Runner) Rebuild(ctx context.Context, name string) error {
	t, id, err := r.orderRebuild(ctx, name)
	if err != nil {
		return err
	}
	for {
		o, changed := t.board.read()
		if o.Rebuild != id {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return store.ErrTimeout.Because(ctx.Err())
		case <-r.life.Done():
			return store.ErrUnavailable
		}
	}
}

// BeginRebuild is [Runner.Rebuild] without waiting for the end; [Status] shows how
// far it has come.
func (r *Runner) BeginRebuild(ctx context.Context, name string) error {
	_, _, err := r.orderRebuild(ctx, name)
	return err
}

// orderRebuild orders a rebuild, or joins the one that is under way, and returns its
// id.
func (r *Runner) orderRebuild(ctx context.Context, name string) (t *task, id string, err error) {
	if t = r.task(name); t == nil {
		return nil, "", ErrUnknown
	}
	if _, able := t.live.sink.(Rebuilder); !able {
		return nil, "", ErrNoRebuild
	}
	err = t.change(ctx, func(o *orders) error {
		if o.Rebuild == "" {
			o.Rebuild = rand.Text()
		}
		id = o.Rebuild
		return nil
	})
	return t, id, err
}

// rebuilds carries out the orders to rebuild, on the owner.
func (t *task) rebuilds(ctx context.Context) {
	rebuilder, able := t.live.sink.(Rebuilder)
	for able && ctx.Err() == nil {
		o, changed := t.board.read()
		if o.Rebuild != "" {
			t.rebuild(ctx, rebuilder, o.Rebuild)
			continue
		}
		select {
		case <-changed:
		case <-ctx.Done():
		}
	}
}

func (t *task) rebuild(ctx context.Context, rebuilder Rebuilder, id string) {
	fresh := t.newLine(nil, func(o *orders) *lineOrders { return &o.Fresh })
	t.fresh.Store(fresh)
	defer t.fresh.Store(nil)
	fresh.run(ctx, func(ctx context.Context) (done bool, _ error) {
		if o, _ := t.board.read(); o.Rebuild != id {
			return true, nil // a former owner was not as dead as it seemed, and did it
		}
		if fresh.sink == nil {
			sink, err := rebuilder.Fresh(ctx)
			if err == nil {
				fresh.sink = sink
			}
			return false, err
		}
		live, _ := t.live.progress.read()
		now, _ := fresh.progress.read()
		if live.position-now.position > int64(t.options.Batch) {
			return fresh.step(ctx)
		}
		if err := t.switchTo(ctx, rebuilder, fresh); err != nil {
			return false, err
		}
		// When this fails the rebuild is done again.
		return true, t.change(ctx, func(o *orders) error {
			*o = orders{Live: lineOrders{Retry: o.Live.Retry + 1}}
			return nil
		})
	})
}

// switchTo holds the live line still while the fresh one catches up and takes its
// place. The live line finds the new checkpoint with its next batch.
func (t *task) switchTo(ctx context.Context, rebuilder Rebuilder, fresh *line) error {
	t.live.turn.Lock()
	defer t.live.turn.Unlock()
	for {
		done, err := rebuilder.Switch(ctx, fresh.sink)
		if done || err != nil {
			return err
		}
		before := fresh.stored
		if err := fresh.advance(ctx); err != nil {
			return err
		}
		if fresh.stored == before {
			return errors.New("projection: what serves is ahead of the log, or was replaced by another node")
		}
	}
}
