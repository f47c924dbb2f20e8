package store

import (
	"context"
	"errors"
	"time"

	"github.com/composable-go/composable/eventlog"
)

// ownerRows are the rows that say which node owns what.
const ownerRows = "store.owner"

// Own runs something on one node at a time: it waits until this node owns the
// name, calls run, and begins anew when run returns, until ctx ends. Run's context
// ends with ctx, and when the ownership is lost, as the database cannot be
// reached. A node that dies is succeeded after [Options].LeaseTime, one that stops
// at once. The clocks of the nodes must agree to within a second.
//
// A node that stalls may notice late that it was succeeded; what run does must
// bear that, by a checkpoint in its own transaction or by idempotent commands.
func (rt *Runtime) Own(ctx context.Context, name string, run func(ctx context.Context)) {
	for ctx.Err() == nil {
		if rt.backend.Exclusive() {
			run(ctx)
			continue
		}
		t := &tenure{rt: rt, name: name}
		wait, err := t.begin(ctx)
		if err != nil {
			pause(ctx, wait)
			continue
		}
		t.run(ctx, run)
	}
}

// tenure is the time for which a node owns a name.
type tenure struct {
	rt       *Runtime
	name     string
	revision int64
	ends     time.Time
}

var errOwned = errors.New("store: owned by another node")

// begin takes ownership, or says how long to wait before the next try.
func (t *tenure) begin(ctx context.Context) (wait time.Duration, err error) {
	wait = t.rt.options.LeaseTime / 4
	row, found, err := t.rt.Row(ctx, ownerRows, t.name)
	if err != nil {
		return wait, err
	}
	if found {
		return min(wait, max(time.Until(row.Expires), time.Millisecond)), errOwned
	}
	return wait, t.renew(ctx)
}

func (t *tenure) renew(ctx context.Context) error {
	ends := now().Add(t.rt.options.LeaseTime)
	row := Row{Kind: ownerRows, Key: t.name, Data: []byte(t.rt.options.Node), Expires: ends, Revision: t.revision}
	if err := t.rt.Change(ctx, Replace(row)); err != nil {
		return err
	}
	t.revision++
	t.ends = ends
	return nil
}

func (t *tenure) run(ctx context.Context, run func(context.Context)) {
	running, stop := context.WithCancel(ctx)
	renewed := make(chan struct{})
	go func() {
		defer close(renewed)
		defer stop()
		t.keep(running)
	}()
	run(running)
	stop()
	<-renewed
	t.end()
}

// keep renews the ownership until ctx ends or it is lost.
func (t *tenure) keep(ctx context.Context) {
	for {
		pause(ctx, t.rt.options.LeaseTime/4)
		if ctx.Err() != nil {
			return
		}
		bounded, cancel := context.WithDeadline(ctx, t.ends)
		err := t.renew(bounded)
		cancel()
		if errors.Is(err, ErrRow) || !now().Before(t.ends) {
			return
		}
	}
}

// end lets another node succeed at once. When that fails the row runs out.
func (t *tenure) end() {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	_ = t.rt.Change(ctx, RowEffect{
		Row: Row{Kind: ownerRows, Key: t.name}, Delete: true, Expect: eventlog.Expect(t.revision),
	})
}
