package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"runtime/debug"
	"time"

	"github.com/composable-go/composable/eventlog"
)

// carryOut makes one attempt at a durable effect. Its end — the result's append,
// or a bare one — also removes it from the queue, so a crash in between repeats it.
func (w *worker) carryOut(ctx context.Context, work eventlog.Work) {
	retry := w.policy(work.Kind)
	ctx, cancel := context.WithTimeout(WithOrigin(ctx, Origin{
		Actor:         Actor{ID: work.Meta.Actor},
		CorrelationID: work.Meta.CorrelationID,
		CausationID:   work.ID,
		TraceParent:   work.Meta.TraceParent,
	}), retry.Timeout)
	defer cancel()
	err := w.attempt(ctx, work)
	if err == nil || errors.Is(err, eventlog.ErrLeaseLost) {
		return
	}
	w.giveBack(work, retry, err)
}

func (w *worker) policy(kind string) Retry {
	if h, ok := w.rt.handlers[kind]; ok {
		return h.retry
	}
	return Retry{}.withDefaults()
}

// giveBack returns failed work to the queue, or buries it. A node that shuts down
// gives its work to the others at once.
func (w *worker) giveBack(work eventlog.Work, retry Retry, cause error) {
	ctx, cancel := context.WithTimeout(context.Background(), retryPause*10)
	defer cancel()
	lease := eventlog.Lease{ID: work.ID, Owner: w.rt.options.Node}
	failure := eventlog.Failure{At: now(), Error: cause.Error()}
	log := w.rt.options.Logger.With("effect", work.Kind, "stream", work.Stream.String(), "attempt", work.Attempt,
		"correlation_id", work.Meta.CorrelationID, "error", cause)
	var err error
	switch {
	case w.ctx.Err() != nil:
		err = w.rt.backend.Release(ctx, lease, time.Now(), failure)
	case permanent(cause) || work.Attempt >= retry.Max:
		log.Error("store: a durable effect is given up")
		err = w.rt.backend.Bury(ctx, lease, failure)
	default:
		log.Warn("store: a durable effect failed and will be tried again")
		err = w.rt.backend.Release(ctx, lease, time.Now().Add(retry.pause(work.Attempt, w.rt.chance)), failure)
		w.look()
	}
	if err != nil && !errors.Is(err, eventlog.ErrLeaseLost) {
		log.Warn("store: cannot return an effect to the queue; its lease will run out", "return_error", err)
	}
}

func (w *worker) attempt(ctx context.Context, work eventlog.Work) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("store: the effect's handler panicked: %v\n%s", p, debug.Stack())
		}
	}()
	lease := eventlog.Lease{ID: work.ID, Owner: w.rt.options.Node}
	switch work.Kind {
	case dispatchKind:
		return w.dispatch(ctx, work, lease)
	case timerKind:
		return w.fire(ctx, work, lease)
	}
	h, ok := w.rt.handlers[work.Kind]
	if !ok {
		return Permanent(fmt.Errorf("store: no handler is registered for the effect %q", work.Kind))
	}
	result, err := h.run(ctx, work)
	if err != nil {
		return err
	}
	return w.result(ctx, work, result, lease)
}

// result finishes work with what its handler returned.
func (w *worker) result(ctx context.Context, work eventlog.Work, result any, lease eventlog.Lease) error {
	if result == nil {
		return w.rt.finish(ctx, lease)
	}
	e, err := w.rt.seal(work.Stream.Store, work.Path, result)
	if err != nil {
		return Permanent(err)
	}
	return w.comeBack(ctx, work.Stream, e, lease)
}

func (w *worker) fire(ctx context.Context, work eventlog.Work, lease eventlog.Lease) error {
	var p timerPayload
	if err := json.Unmarshal(work.Payload, &p); err != nil {
		return Permanent(err)
	}
	return w.comeBack(ctx, work.Stream, p.Action, lease)
}

// comeBack sends an action to the stream that asked for the effect. When the
// stream refuses it there is nobody left to tell.
func (w *worker) comeBack(ctx context.Context, id eventlog.StreamID, e envelope, lease eventlog.Lease) error {
	refusal, err := w.deliver(ctx, id.Store, id.Key, e, lease)
	if refusal == nil {
		return err
	}
	w.rt.options.Logger.Info("store: an action was refused by its own stream", "stream", id.String(), "action", e.Name, "code", refusal.Code)
	return w.rt.finish(ctx, lease)
}

func (w *worker) dispatch(ctx context.Context, work eventlog.Work, lease eventlog.Lease) error {
	var p dispatchPayload
	if err := json.Unmarshal(work.Payload, &p); err != nil {
		return Permanent(err)
	}
	refusal, err := w.deliver(ctx, p.Store, p.Key, p.Command, lease)
	if refusal == nil {
		return err
	}
	if p.Refused == nil {
		w.rt.options.Logger.Info("store: a dispatched command was refused", "from", work.Stream.String(),
			"to", p.Store+"/"+p.Key, "command", p.Command.Name, "code", refusal.Code)
		return w.rt.finish(ctx, lease)
	}
	sender, ok := w.rt.stores[work.Stream.Store]
	if !ok {
		return Permanent(fmt.Errorf("store: the store %q, which dispatched, does not exist", work.Stream.Store))
	}
	refused, err := sender.refused(*p.Refused, refusal)
	if err != nil {
		return Permanent(err)
	}
	return w.comeBack(ctx, work.Stream, refused, lease)
}

// merge lays the refusal's JSON over an action's.
func merge(action []byte, r *Refusal) ([]byte, error) {
	fields := map[string]json.RawMessage{}
	if err := json.Unmarshal(action, &fields); err != nil {
		return nil, err
	}
	data, err := json.Marshal(r)
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal(data, &fields); err != nil {
		return nil, err
	}
	return json.Marshal(fields)
}

// deliver sends an action to a store. The refusal is the domain's final no; the
// error is everything else.
func (w *worker) deliver(ctx context.Context, store, key string, e envelope, lease eventlog.Lease) (*Refusal, error) {
	t, ok := w.rt.stores[store]
	if !ok || !t.accepts(e.Name) {
		return nil, Permanent(fmt.Errorf("store: the store %q does not take the action %q", store, e.Name))
	}
	err := t.deliver(ctx, key, e.Name, e.Data, lease)
	var r *Refusal
	switch {
	case err == nil || errors.Is(err, eventlog.ErrLeaseLost):
		return nil, err
	case errors.Is(err, ErrBadAction):
		return nil, Permanent(err)
	case errors.Is(err, ErrConflict), !errors.As(err, &r), r.Kind >= Internal:
		return nil, err
	}
	return r, nil
}
