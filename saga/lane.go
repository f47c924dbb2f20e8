package saga

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strconv"
	"sync"

	"github.com/composable-go/composable/eventlog"
	"github.com/composable-go/composable/store"
)

// lane is what a batch of events means to one stream of the saga, in order. Lanes do
// not wait for each other.
type lane []delivery

// lanes sorts events by the stream they concern. At one that cannot be made sense of
// it stops: upTo is the last position that the lanes account for.
func (s *Saga) lanes(events []eventlog.Event) (lanes []lane, upTo int64, err error) {
	places := map[string]int{}
	for _, e := range events {
		d, err := s.translate(e)
		if err != nil {
			return lanes, e.Position - 1, err
		}
		upTo = e.Position
		if d.key == "" {
			continue
		}
		place, known := places[d.key]
		if !known {
			place = len(lanes)
			places[d.key] = place
			lanes = append(lanes, nil)
		}
		lanes[place] = append(lanes[place], d)
	}
	return lanes, upTo, nil
}

// deliver sends all lanes and returns the position up to which nothing is left to do.
func (t *task) deliver(ctx context.Context, lanes []lane, parallel int) (upTo int64, err error) {
	ends, errs := make([]int64, len(lanes)), make([]error, len(lanes))
	each(len(lanes), parallel, func(i int) { ends[i], errs[i] = t.drive(ctx, lanes[i]) })
	upTo = math.MaxInt64
	for i, end := range ends {
		if end < upTo {
			upTo, err = end, errs[i]
		}
	}
	return upTo, err
}

// drive sends a lane's actions one after the other and returns the position before
// the first that is left to do.
//
// It ends at a refusal, too, which leaves no trace in the stream: only when the
// checkpoint is past it may a later action change the stream, or a crash in between
// would bring the refused action up again, to be accepted out of order.
func (t *task) drive(ctx context.Context, l lane) (upTo int64, err error) {
	for i, d := range l {
		refused, err := t.send(ctx, d)
		if err != nil {
			return d.event.Position - 1, err
		}
		if refused && i+1 < len(l) {
			return l[i+1].event.Position - 1, nil
		}
	}
	return math.MaxInt64, nil
}

// send sends one action. The refusal is the domain's final no; the error is
// everything else.
func (t *task) send(ctx context.Context, d delivery) (refused bool, err error) {
	e := d.event
	err = d.send(store.WithOrigin(ctx, store.Origin{
		Actor:         store.Actor{ID: e.Meta.Actor},
		CorrelationID: e.Meta.CorrelationID,
		CausationID:   fmt.Sprintf("%s@%d", e.Stream, e.Version),
		TraceParent:   e.Meta.TraceParent,
		CommandID:     "saga/" + t.saga.name + "/" + strconv.FormatInt(e.Position, 10),
	}))
	if err == nil {
		return false, nil
	}
	var r *store.Refusal
	// A mismatch is an action sent before the program was changed: it is done.
	final := errors.As(err, &r) && r.Kind < store.Internal && !errors.Is(err, store.ErrConflict)
	if !final {
		return false, t.saga.failed(e, err)
	}
	t.logger.Info("saga: an action was refused", "saga", t.saga.name, "key", d.key, "event", e.Name, "stream", e.Stream.String(),
		"position", e.Position, "correlation_id", e.Meta.CorrelationID, "code", r.Code)
	return true, nil
}

// each calls do for 0 to n-1, up to parallel at a time; one at a time needs no goroutines.
func each(n, parallel int, do func(i int)) {
	if parallel == 1 {
		for i := range n {
			do(i)
		}
		return
	}
	var all sync.WaitGroup
	free := make(chan struct{}, parallel)
	for i := range n {
		free <- struct{}{}
		all.Go(func() {
			do(i)
			<-free
		})
	}
	all.Wait()
}
