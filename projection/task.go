package projection

import (
	"context"
	"database/sql"
	"time"

	"github.com/composable-go/composable/eventlog"
)

// task runs one projection.
type task struct {
	*Runner
	projection Projection
	progress   *progress
}

func newTask(r *Runner, p Projection) *task {
	return &task{Runner: r, projection: p, progress: newProgress()}
}

func (t *task) prepare(ctx context.Context) error {
	for _, statement := range t.projection.tables {
		if _, err := t.db.ExecContext(ctx, statement); err != nil {
			return err
		}
	}
	_, err := t.db.ExecContext(ctx, `INSERT INTO projection_checkpoints (name, position) VALUES ($1, 0)
		ON CONFLICT (name) DO NOTHING`, t.projection.name)
	if err != nil {
		return err
	}
	var position int64
	err = t.db.QueryRowContext(ctx, `SELECT position FROM projection_checkpoints WHERE name = $1`, t.projection.name).Scan(&position)
	t.progress.reached(position)
	return err
}

func (t *task) run(ctx context.Context) {
	for ctx.Err() == nil {
		err := t.step(ctx)
		if err == nil || ctx.Err() != nil {
			continue
		}
		t.progress.failed(err)
		t.options.Logger.Error("projection: stands still", "projection", t.projection.name, "error", err)
		select {
		case <-time.After(t.options.Pause):
		case <-ctx.Done():
		}
	}
}

// step waits for events and applies one batch of them.
func (t *task) step(ctx context.Context) error {
	position, _ := t.progress.now()
	if _, err := t.log.Wait(ctx, position); err != nil {
		return err
	}
	events, err := t.log.ReadAll(ctx, position, t.options.Batch)
	if err != nil || len(events) == 0 {
		return err
	}
	last := events[len(events)-1].Position
	if t.projection.concernedBy(events) {
		last, err = t.apply(ctx, position, events)
		if err != nil {
			return err
		}
	}
	t.progress.reached(last)
	return nil
}

// apply commits the events' rows with the checkpoint, and returns the position
// reached. When another node was faster it changes nothing and returns that
// node's position.
func (t *task) apply(ctx context.Context, after int64, events []eventlog.Event) (int64, error) {
	t.options.WriteLock.Lock()
	defer t.options.WriteLock.Unlock()
	tx, err := t.db.BeginTx(ctx, nil)
	if err != nil {
		return 0, err
	}
	defer func() { _ = tx.Rollback() }()
	reached, err := t.lockCheckpoint(ctx, tx)
	if err != nil || reached > after {
		return reached, err
	}
	for _, e := range events {
		if err := t.projection.apply(ctx, tx, e); err != nil {
			return 0, err
		}
		reached = e.Position
	}
	_, err = tx.ExecContext(ctx, `UPDATE projection_checkpoints SET position = $1 WHERE name = $2`, reached, t.projection.name)
	if err != nil {
		return 0, err
	}
	return reached, tx.Commit()
}

// lockCheckpoint keeps other nodes from applying the same events at the same time.
func (t *task) lockCheckpoint(ctx context.Context, tx *sql.Tx) (position int64, err error) {
	err = tx.QueryRowContext(ctx, `UPDATE projection_checkpoints SET position = position WHERE name = $1 RETURNING position`,
		t.projection.name).Scan(&position)
	return position, err
}
