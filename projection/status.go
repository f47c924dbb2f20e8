package projection

import (
	"context"
	"time"

	"github.com/composable-go/composable/eventlog"
	"github.com/composable-go/composable/store"
)

// Status is how far one projection has come.
type Status struct {
	Name     string
	Position int64
	Lag      int64         // events behind the head of the log
	Age      time.Duration // of the oldest event that is not applied; 0 when there is none
	Owner    bool          // this node runs it
	Failure  *Failure      // why it stands still; nil when it runs
	Rebuild  *Rebuild      // nil when none is under way
}

// Rebuild is how far a rebuild has come.
type Rebuild struct {
	Position int64 // known to the owner; 0 on the other nodes
	Failure  *Failure
}

// Failure is why a projection stands still. It is tried again after a pause, when it
// is the event's fault as well.
type Failure struct {
	Message  string            // for operators
	Position int64             // of the event that cannot be applied; 0 when it is no event's fault
	Stream   eventlog.StreamID // the event's
	Event    string            // the event's name
	Since    time.Time         // the first attempt, on this owner
	Attempts int
}

// Error implements error.
func (f *Failure) Error() string { return f.Message }

// Status reports on each projection. A failure that is no event's fault, such as an
// unreachable database, is known to the owner only.
func (r *Runner) Status(ctx context.Context) ([]Status, error) {
	head, err := r.log.Wait(ctx, -1)
	if err != nil {
		return nil, err
	}
	if err := r.readOrders(ctx); err != nil {
		return nil, err
	}
	all := make([]Status, len(r.tasks))
	for i, t := range r.tasks {
		if all[i], err = t.status(ctx, head); err != nil {
			return nil, err
		}
	}
	return all, nil
}

func (t *task) status(ctx context.Context, head int64) (Status, error) {
	now, _ := t.live.progress.read()
	s := Status{Name: t.name, Position: now.position, Owner: now.owner, Failure: now.failure}
	if !s.Owner {
		var err error
		if s.Position, err = t.live.sink.Position(ctx); err != nil {
			return s, err
		}
		if f := t.live.order().Failure; f != nil && f.Position > s.Position {
			s.Failure = f
		}
	}
	s.Rebuild = t.rebuildStatus()
	if s.Lag = max(0, head-s.Position); s.Lag == 0 {
		return s, nil
	}
	oldest, err := t.eventAt(ctx, s.Position+1)
	s.Age = max(0, time.Since(oldest.Meta.At))
	return s, err
}

func (t *task) rebuildStatus() *Rebuild {
	if fresh := t.fresh.Load(); fresh != nil {
		now, _ := fresh.progress.read()
		return &Rebuild{now.position, now.failure}
	}
	if o, _ := t.board.read(); o.Rebuild != "" {
		return &Rebuild{Failure: o.Fresh.Failure}
	}
	return nil
}

// Retry lets a projection that stands still, and its rebuild, try again at once, on
// whichever node it runs; there it is noticed within a second. [ErrUnknown] when
// there is no such projection.
func (r *Runner) Retry(ctx context.Context, name string) error {
	t := r.task(name)
	if t == nil {
		return ErrUnknown
	}
	return t.change(ctx, func(o *orders) error {
		o.Live.Retry++
		o.Fresh.Retry++
		return nil
	})
}

// Skip lets a projection, or its rebuild, pass over the event that it stands still
// at, which is then never applied to these tables; [ErrNotThere] when it stands at
// no event, or at another one. A rebuild meets the event again: by then the handler
// may have been mended.
func (r *Runner) Skip(ctx context.Context, name string, position int64) error {
	t := r.task(name)
	if t == nil {
		return ErrUnknown
	}
	checkpoint, err := t.live.sink.Position(ctx)
	if err != nil {
		return store.ErrUnavailable.Because(err)
	}
	return t.change(ctx, func(o *orders) error {
		live, fresh := o.Live.at(position) && checkpoint < position, o.Fresh.at(position)
		if live {
			o.Live.Skip = position
		}
		if fresh {
			o.Fresh.Skip = position
		}
		if !live && !fresh {
			return ErrNotThere
		}
		return nil
	})
}

func (o *lineOrders) at(position int64) bool {
	return o.Failure != nil && o.Failure.Position == position
}
