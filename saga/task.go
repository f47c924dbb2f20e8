package saga

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"sync"
	"time"

	"github.com/composable-go/composable/store"
)

const (
	// checkpoints are the rows that say how far each saga has come.
	checkpoints = "saga.checkpoint"
	// batch is how many events are read at a time.
	batch = 500
	// rarely is after how many events that concern no saga the checkpoint is saved.
	rarely = 10_000
	// lanesAtOnce is how many streams of a saga are sent to at a time.
	lanesAtOnce = 64
	// minPause is how long a saga waits after a failure; the pause doubles with each
	// further one, up to maxPause.
	minPause, maxPause = 100 * time.Millisecond, 10 * time.Second
)

// task runs one saga.
type task struct {
	saga   *Saga
	logger *slog.Logger

	loaded   bool
	saved    int64 // the checkpoint
	revision int64 // of its row

	mu       sync.Mutex
	position int64
	err      error
}

// run feeds the saga until ctx ends.
func (t *task) run(ctx context.Context) {
	t.loaded = false // somebody else may have run it
	pause := minPause
	for ctx.Err() == nil {
		moved, err := t.step(ctx, lanesAtOnce)
		if moved {
			pause = minPause
			continue
		}
		if err == nil {
			_, err = t.saga.rt.Log().Wait(ctx, t.now())
		}
		if err == nil || ctx.Err() != nil {
			continue
		}
		t.logger.Error("saga: stands still", "saga", t.saga.name, "error", err)
		if pause == minPause {
			t.saga.rt.Report(store.Incident{What: store.FollowerStuck, Name: t.saga.name, Err: err})
		}
		select {
		case <-time.After(pause):
		case <-ctx.Done():
		}
		pause = min(2*pause, maxPause)
	}
	t.note(nil) // whoever runs it now knows its troubles
}

// step takes one batch of events. Also when it fails it may have moved, up to what failed.
func (t *task) step(ctx context.Context, parallel int) (moved bool, err error) {
	moved, err = t.advance(ctx, parallel)
	if ctx.Err() == nil {
		t.note(err)
	}
	return moved, err
}

// advance sends what the next events mean and then moves the checkpoint.
func (t *task) advance(ctx context.Context, parallel int) (moved bool, err error) {
	if err := t.load(ctx); err != nil {
		return false, err
	}
	after := t.now()
	events, err := t.saga.rt.Log().ReadAll(ctx, after, batch)
	if err != nil || len(events) == 0 {
		return false, err
	}
	lanes, upTo, poison := t.saga.lanes(events)
	done, err := t.deliver(ctx, lanes, parallel)
	if done > upTo {
		done, err = upTo, poison
	}
	if done > after && (len(lanes) > 0 || done-t.saved >= rarely) {
		if err := t.save(ctx, done); err != nil {
			return false, err
		}
	}
	t.reached(done)
	return done > after, err
}

func (t *task) load(ctx context.Context) error {
	if t.loaded {
		return nil
	}
	position, revision, err := t.checkpoint(ctx)
	if err != nil {
		return err
	}
	t.loaded, t.saved, t.revision = true, position, revision
	t.reached(position)
	return nil
}

func (t *task) checkpoint(ctx context.Context) (position, revision int64, err error) {
	row, found, err := t.saga.rt.Row(ctx, checkpoints, t.saga.name)
	if err != nil || !found {
		return 0, 0, err
	}
	position, err = strconv.ParseInt(string(row.Data), 10, 64)
	if err != nil {
		err = fmt.Errorf("saga: the checkpoint of %s is no position: %w", t.saga.name, err)
	}
	return position, row.Revision, err
}

// save moves the checkpoint. When another node has moved it meanwhile, or it is
// unknown what became of it, it is loaded anew.
func (t *task) save(ctx context.Context, position int64) error {
	err := t.saga.rt.Change(ctx, store.Replace(store.Row{
		Kind: checkpoints, Key: t.saga.name, Data: strconv.AppendInt(nil, position, 10), Revision: t.revision,
	}))
	if err != nil {
		t.loaded = false
		return fmt.Errorf("saga: cannot save the checkpoint of %s: %w", t.saga.name, err)
	}
	t.saved, t.revision = position, t.revision+1
	return nil
}

func (t *task) now() int64 {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.position
}

func (t *task) reached(position int64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.position = position
}

// note keeps what went wrong, nil when nothing did, for [Runner.Status].
func (t *task) note(err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.err = err
}

func (t *task) status(ctx context.Context) (Status, error) {
	head, err := t.saga.rt.Log().Wait(ctx, -1)
	saved, _, rowErr := t.checkpoint(ctx)
	t.mu.Lock()
	defer t.mu.Unlock()
	position := max(t.position, saved) // another node may be ahead
	return Status{t.saga.name, position, max(0, head-position), t.err}, errors.Join(err, rowErr)
}
