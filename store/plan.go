package store

import (
	"encoding/json"
	"time"

	"github.com/composable-go/composable/eventlog"
)

// Names of the engine's own durable effects.
const (
	dispatchKind = "dispatch"
	timerKind    = "timer"
)

// plan gathers what one action decided into one append.
type plan struct {
	rt     *Runtime
	append eventlog.Append
	ids    ids // of durable effects
}

func newPlan(rt *Runtime, id eventlog.StreamID, version int64, seed string, m eventlog.Meta) *plan {
	return &plan{
		rt:     rt,
		append: eventlog.Append{Stream: id, Expected: version, Meta: m},
		ids:    ids{seed: "effect/" + id.String() + "/" + seed},
	}
}

func (p *plan) empty() bool {
	a := &p.append
	return len(a.Events)+len(a.Claims)+len(a.Rows)+len(a.Work)+len(a.Cancel) == 0 &&
		a.CommandID == "" && a.Done.ID == ""
}

// abandon gives back what the plan had reserved.
func (p *plan) abandon() { p.rt.failed(&p.append) }

func (p *plan) add(e Effect) error {
	switch e := e.(type) {
	case ClaimEffect:
		p.append.Claims = append(p.append.Claims, eventlog.Claim(e))
	case RowEffect:
		p.append.Rows = append(p.append.Rows, eventlog.RowChange(e))
	case CancelEffect:
		p.append.Cancel = append(p.append.Cancel, e.Key)
	case TimerEffect:
		return p.addTimer(e)
	case DispatchEffect:
		return p.addDispatch(e)
	default:
		if _, ok := p.rt.handlers[e.EffectName()]; !ok {
			return bugf("no handler is registered for the effect %q; call store.Handle before Start", e.EffectName())
		}
		path, effect := unscoped(e)
		return p.addWork(eventlog.Work{Kind: e.EffectName(), Path: path}, effect)
	}
	return nil
}

// envelope is an action in wire form.
type envelope struct {
	Name string          `json:"name"`
	Data json.RawMessage `json:"data"`
}

// seal encodes an action for a store, or for a child of its feature at a path.
func (rt *Runtime) seal(store, path string, action any) (envelope, error) {
	t, ok := rt.stores[store]
	if !ok {
		return envelope{}, bugf("an action goes to the store %q, which does not exist", store)
	}
	e, err := t.encode(path, action)
	if err != nil {
		return envelope{}, bugf("an action goes to the store %q: %w", store, err)
	}
	if !t.accepts(e.Name) {
		return envelope{}, bugf("the store %q does not declare %q as a command or result", store, e.Name)
	}
	return e, nil
}

type timerPayload struct {
	Action envelope `json:"action"`
}

func (p *plan) addTimer(e TimerEffect) error {
	if e.Key == "" {
		return bugf("the timer of %T has no key; a timer needs one so that it can be cancelled", e.Action)
	}
	action, err := p.rt.seal(p.append.Stream.Store, "", e.Action)
	if err != nil {
		return err
	}
	due := e.At
	if due.IsZero() {
		due = p.append.Meta.At.Add(e.After)
	}
	return p.addWork(eventlog.Work{Kind: timerKind, Key: e.Key, Due: due.UTC()}, timerPayload{action})
}

type dispatchPayload struct {
	Store   string    `json:"store"`
	Key     string    `json:"key"`
	Command envelope  `json:"command"`
	Refused *envelope `json:"refused,omitempty"`
}

func (p *plan) addDispatch(e DispatchEffect) error {
	command, err := p.rt.seal(e.Store, "", e.Command)
	if err != nil {
		return err
	}
	payload := dispatchPayload{Store: e.Store, Key: e.Key, Command: command}
	if e.Refused != nil {
		refused, err := p.rt.seal(p.append.Stream.Store, "", e.Refused)
		if err != nil {
			return err
		}
		payload.Refused = &refused
	}
	return p.addWork(eventlog.Work{Kind: dispatchKind}, payload)
}

// addWork adds a durable effect. One that is due comes leased to this node, if it
// has a worker to spare, and need not be looked for.
func (p *plan) addWork(w eventlog.Work, payload any) error {
	data, err := json.Marshal(payload)
	if err != nil {
		return &bugError{err}
	}
	w.ID, w.Stream, w.Payload, w.Meta = p.ids.next(), p.append.Stream, data, p.append.Meta
	if w.Due.IsZero() {
		w.Due = w.Meta.At
	}
	if !w.Due.After(w.Meta.At) && p.rt.work.reserve() {
		w.Attempt, w.Owner = 1, p.rt.options.Node
		w.LeasedUntil = time.Now().Add(p.rt.options.LeaseTime)
	}
	p.append.Work = append(p.append.Work, w)
	return nil
}
