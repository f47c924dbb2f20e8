package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/composable-go/composable/eventlog"
)

// attempt is one try at a durable effect, let in by the gate of its kind.
type attempt struct {
	work  eventlog.Work
	h     *handler
	leave func(error)
}

// admit lets work in; where there is no room any more it goes back to the queue.
func (w *worker) admit(work eventlog.Work) (a attempt, ok bool) {
	h := w.handlerOf(work.Kind)
	leave, ok := h.gate.enter()
	if !ok {
		w.release(work, time.Now().Add(h.retry.pause(1, w.rt.chance)), eventlog.Failure{})
	}
	return attempt{work, h, leave}, ok
}

// carryOut makes the attempt. Its end — the result's append, or a bare one — also
// removes the effect from the queue, so a crash in between repeats it.
func (w *worker) carryOut(ctx context.Context, a attempt) {
	work, h := a.work, a.h
	ctx, cancel := context.WithTimeout(WithOrigin(ctx, Origin{
		Actor:         Actor{ID: work.Meta.Actor},
		CorrelationID: work.Meta.CorrelationID,
		CausationID:   work.ID,
		TraceParent:   work.Meta.TraceParent,
	}), h.retry.Timeout)
	defer cancel()
	err := w.try(ctx, h, work)
	a.leave(err)
	if err != nil && !errors.Is(err, eventlog.ErrLeaseLost) {
		w.giveBack(work, h, err)
	}
	if work.Lane != "" || !h.gate.open() {
		w.look() // for what waited behind it
	}
}

// handlerOf returns what carries out a kind. The engine's own kinds, and those that
// nobody handles, have the default policy.
func (w *worker) handlerOf(kind string) *handler {
	if h, ok := w.rt.handlers[kind]; ok {
		return h
	}
	return w.standard
}

// giveBack returns failed work to the queue, or gives it up. A node that shuts down
// gives its work to the others at once.
func (w *worker) giveBack(work eventlog.Work, h *handler, cause error) {
	if w.ctx.Err() != nil {
		w.release(work, time.Now(), eventlog.Failure{})
		return
	}
	failure := eventlog.Failure{At: now(), Error: shorten(cause.Error())}
	log := w.rt.options.Logger.With("effect", work.Kind, "stream", work.Stream.String(), "attempt", work.Attempt,
		"correlation_id", work.Meta.CorrelationID, "error", cause)
	if !permanent(cause) && work.Attempt < h.retry.Max {
		log.Warn("store: a durable effect failed and will be tried again")
		w.release(work, time.Now().Add(h.retry.pause(work.Attempt, w.rt.chance)), failure)
		return
	}
	log.Error("store: a durable effect is given up")
	w.rt.Report(Incident{What: EffectGivenUp, Stream: work.Stream, Name: work.Kind, Err: cause})
	if err := w.giveUp(work, h, cause, failure); err != nil {
		w.release(work, time.Now().Add(h.retry.pause(work.Attempt, w.rt.chance)), failure)
	}
}

// giveUp tells the stream, where it wants to know, or else buries the work.
func (w *worker) giveUp(work eventlog.Work, h *handler, cause error, failure eventlog.Failure) error {
	ctx, cancel := context.WithTimeout(context.Background(), returnTimeout)
	defer cancel()
	lease := eventlog.Lease{ID: work.ID, Owner: w.rt.options.Node}
	if h.givingUp != nil {
		action, err := h.givingUp(work.Payload, cause)
		if err == nil && action != nil {
			return w.result(ctx, work, action, lease)
		}
	}
	return w.rt.backend.Bury(ctx, lease, failure)
}

// returnTimeout bounds how long giving work back may take.
const returnTimeout = 2 * time.Second

// release gives work back to the queue; without a failure the attempt is uncounted.
func (w *worker) release(work eventlog.Work, due time.Time, failure eventlog.Failure) {
	ctx, cancel := context.WithTimeout(context.Background(), returnTimeout)
	defer cancel()
	err := w.rt.backend.Release(ctx, eventlog.Lease{ID: work.ID, Owner: w.rt.options.Node}, due, failure)
	if err != nil && !errors.Is(err, eventlog.ErrLeaseLost) {
		w.rt.options.Logger.Warn("store: cannot return an effect to the queue; its lease will run out", "effect", work.Kind, "error", err)
	}
	w.look()
}

// maxFailure bounds what is kept of an error's text, in bytes.
const maxFailure = 1024

func shorten(text string) string { return text[:min(len(text), maxFailure)] }

func (w *worker) try(ctx context.Context, h *handler, work eventlog.Work) error {
	lease := eventlog.Lease{ID: work.ID, Owner: w.rt.options.Node}
	switch work.Kind {
	case dispatchKind:
		return w.dispatch(ctx, work, lease)
	case timerKind:
		return w.fire(ctx, work, lease)
	}
	if h.run == nil {
		return Permanent(fmt.Errorf("store: no handler is registered for the effect %q", work.Kind))
	}
	result, err := w.handle(ctx, h, work)
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
