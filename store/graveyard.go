package store

import (
	"context"

	"github.com/composable-go/composable/eventlog"
)

// Revive gives a dead letter its attempts anew, beginning now;
// [eventlog.ErrNotFound] when there is none of that id.
func (rt *Runtime) Revive(ctx context.Context, id string) error {
	if err := rt.backend.Revive(ctx, id, now()); err != nil {
		return err
	}
	rt.work.look()
	return nil
}

// Discard drops a dead letter for good; [eventlog.ErrNotFound] when there is none.
func (rt *Runtime) Discard(ctx context.Context, id string) error {
	return rt.backend.Discard(ctx, id)
}

// DeadLetters lists up to limit effects that were given up, newest first.
func (rt *Runtime) DeadLetters(ctx context.Context, limit int) ([]eventlog.DeadLetter, error) {
	letters, err := rt.backend.DeadLetters(ctx, limit)
	return letters, unavailable(err)
}
