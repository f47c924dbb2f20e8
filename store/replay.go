package store

import (
	"context"
	"errors"
	"fmt"
	"math"
	"runtime/debug"
	"time"

	"github.com/composable-go/composable/eventlog"
)

// errStale says that a decision was made on a state that is not the stream's.
var errStale = errors.New("store: decided on a stale state")

// readPage is how many events are read at a time.
const readPage = 1000

// refresh brings the cell up to date with the log; its mutex is held. What this
// process has in flight is ahead of the log and proves itself by committing.
func (s *Store[S, A]) refresh(ctx context.Context, c *cell[S]) error {
	if c.sound() && (!c.idle() || s.rt.backend.Exclusive()) {
		return nil
	}
	if !c.sound() {
		if tail := c.tail.Load(); tail != nil {
			if _, err := tail.wait(ctx); err != nil && !tail.settled() {
				return err
			}
		}
		c.reset()
	}
	if err := s.catchUp(ctx, c); err != nil {
		c.loaded = false
		return err
	}
	c.loaded = true
	return nil
}

// catchUp brings the cell to the stream's last event, beginning with the snapshot
// when it has nothing yet.
func (s *Store[S, A]) catchUp(ctx context.Context, c *cell[S]) error {
	if c.version > 0 {
		return s.replay(ctx, c, math.MaxInt64)
	}
	began := time.Now()
	events, err := s.load(ctx, c)
	if err != nil {
		return unavailable(err)
	}
	if err := s.foldAll(c, events); err != nil {
		return err
	}
	if len(events) == readPage {
		err = s.replay(ctx, c, math.MaxInt64)
	}
	slow := c.version > c.snapshot && time.Since(began) > slowLoad
	if err == nil && (s.snapshotDue(c) || slow && s.schema != "") {
		s.takeSnapshot(c, nil)
	}
	return err
}

// replay folds the stream's events above the cell's version, up to a version.
func (s *Store[S, A]) replay(ctx context.Context, c *cell[S], upTo int64) error {
	id := eventlog.StreamID{Store: s.name, Key: c.key}
	for c.version < upTo {
		limit := min(readPage, upTo-c.version)
		events, err := s.rt.backend.ReadStream(ctx, id, c.version, int(limit))
		if err != nil {
			return unavailable(err)
		}
		if err := s.foldAll(c, events); err != nil {
			return err
		}
		if int64(len(events)) < limit {
			return nil
		}
	}
	return nil
}

func (s *Store[S, A]) foldAll(c *cell[S], events []eventlog.Event) error {
	actions := s.decodeAll(events)
	for i, e := range events {
		if err := s.fold(c, e, actions[i]); err != nil {
			s.rt.options.Logger.Error("store: cannot replay an event", "stream", e.Stream.String(), "version", e.Version, "event", e.Name, "error", err)
			s.rt.Report(Incident{What: EventUnreadable, Stream: e.Stream, Name: e.Name, Err: err})
			return ErrInternal.Because(err)
		}
		c.version, c.position = e.Version, e.Position
	}
	return nil
}

func (s *Store[S, A]) fold(c *cell[S], e eventlog.Event, a decoded[A]) error {
	if e.Name == closedEvent {
		c.closed = true
		return nil
	}
	if OfEngine(e) {
		return nil // of an engine that knows more
	}
	if a.err != nil {
		return a.err
	}
	_, err := s.reduce(&c.state, a.action, eventEnv(&c.ids, e.Stream, e.Version, e.Meta))
	return err
}

// eventEnv is what the reducer of an event knows, now and at each replay. It is valid
// until the source of ids is used again.
func eventEnv(source *ids, id eventlog.StreamID, version int64, m eventlog.Meta) Env {
	*source = ids{stream: id, version: version}
	return Env{
		Now: m.At, Actor: Actor{ID: m.Actor},
		CorrelationID: m.CorrelationID, CausationID: m.CausationID,
		ids: source,
	}
}

// reduce contains a panic of the reducer.
func (s *Store[S, A]) reduce(state *S, action A, env Env) (effects Effects, err error) {
	defer func() {
		if p := recover(); p != nil {
			effects, err = nil, bugf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	return s.reducer.Reduce(state, action, env)
}

// bugError is a mistake in the application's code: a panic, an event refused, an
// undeclared action. It reaches callers as [ErrInternal] and the log in full.
type bugError struct{ error }

func bugf(format string, args ...any) error { return &bugError{fmt.Errorf(format, args...)} }

// pause waits for d or until ctx ends.
func pause(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-ctx.Done():
	}
}
