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
	content
	rt      *Runtime
	seed    string
	ids     *ids // of durable effects, nil while there is none
	journal journal
	origin  *Origin
}

func newPlan(rt *Runtime, id eventlog.StreamID, version int64, seed string, m eventlog.Meta) *plan {
	return &plan{
		content: content{append: eventlog.Append{Stream: id, Expected: version, Meta: m}},
		rt:      rt, seed: seed,
	}
}

func (p *plan) empty() bool {
	a := &p.append
	return len(a.Events)+len(a.Claims)+len(a.Rows)+len(a.Work)+len(a.Cancel)+len(p.tasks) == 0 &&
		a.CommandID == "" && a.Done.ID == ""
}

// abandon gives back what the plan had reserved.
func (p *plan) abandon() { p.rt.failed(&p.content) }

func (p *plan) nextID() string {
	if p.ids == nil {
		p.ids = &ids{seed: "effect/" + p.append.Stream.String() + "/" + p.seed}
	}
	return p.ids.next()
}

func (p *plan) add(e Effect) error {
	path, e := unscoped(e)
	switch e := e.(type) {
	case ClaimEffect:
		p.append.Claims = append(p.append.Claims, eventlog.Claim(e))
		p.note(journalEffect{Kind: e.EffectName(), Key: e.Key})
	case RowEffect:
		p.append.Rows = append(p.append.Rows, eventlog.RowChange(e))
		p.note(journalEffect{Kind: e.EffectName(), Key: e.Row.Kind})
	case CancelEffect:
		p.append.Cancel = append(p.append.Cancel, e.Key)
		p.note(journalEffect{Kind: e.EffectName(), Key: e.Key})
	case TimerEffect:
		return p.addTimer(e)
	case DispatchEffect:
		return p.addDispatch(e)
	case inMemory:
		return p.addTask(path, e)
	default:
		h, ok := p.rt.handlers[e.EffectName()]
		if !ok {
			return bugf("no handler is registered for the effect %q; call store.Handle before Start", e.EffectName())
		}
		if h.volatile {
			return p.addTask(path, e)
		}
		return p.addWork(eventlog.Work{Kind: e.EffectName(), Lane: lane(h.inOrder, e.EffectName()), Path: path}, e, journalEffect{})
	}
	return nil
}

func (p *plan) note(e journalEffect) { p.journal.Effects = append(p.journal.Effects, e) }

// record adds an event, and what tables that are kept in step with it say to it.
func (p *plan) record(e eventlog.NewEvent) error {
	if err := p.fits(e.Name, e.Data); err != nil {
		return err
	}
	p.append.Events = append(p.append.Events, e)
	for _, inline := range p.rt.inline {
		statements, err := inline(eventlog.Event{
			Stream: p.append.Stream, Version: p.append.Expected + int64(len(p.append.Events)),
			Name: e.Name, Data: e.Data, Meta: p.append.Meta,
		})
		if err != nil {
			return bugf("inline read model: %s: %w", e.Name, err)
		}
		p.append.Statements = append(p.append.Statements, statements...)
	}
	return nil
}

func (p *plan) fits(name string, data []byte) error {
	if len(data) <= p.rt.options.MaxPayload {
		return nil
	}
	err := ErrTooLarge.With("name", name).With("bytes", len(data)).With("limit_bytes", p.rt.options.MaxPayload)
	p.rt.Report(Incident{What: PayloadTooLarge, Stream: p.append.Stream, Name: name, Err: err})
	return err
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
	return p.addWork(eventlog.Work{Kind: timerKind, Key: e.Key, Due: due.UTC()}, timerPayload{action},
		journalEffect{Action: action.Name, Due: due.UTC()})
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
	return p.addWork(eventlog.Work{Kind: dispatchKind, Lane: lane(e.Ordered, dispatchKind)}, payload,
		journalEffect{To: e.Store + "/" + e.Key, Action: command.Name})
}

func lane(ordered bool, name string) string {
	if !ordered {
		return ""
	}
	return name
}

// addWork adds a durable effect. One that is due and need not wait for others comes
// leased to this node, if it has a worker to spare, and need not be looked for.
func (p *plan) addWork(w eventlog.Work, payload any, noted journalEffect) error {
	data, err := json.Marshal(payload)
	if err != nil {
		return &bugError{err}
	}
	if err := p.fits(w.Kind, data); err != nil {
		return err
	}
	w.ID, w.Stream, w.Payload, w.Meta = p.nextID(), p.append.Stream, data, p.append.Meta
	if w.Due.IsZero() {
		w.Due = w.Meta.At
	}
	if !w.Due.After(w.Meta.At) && w.Lane == "" && p.rt.work.handlerOf(w.Kind).gate.open() && p.rt.work.reserve() {
		w.Attempt, w.Owner = 1, p.rt.options.Node
		w.LeasedUntil = time.Now().Add(p.rt.options.LeaseTime)
	}
	p.append.Work = append(p.append.Work, w)
	noted.ID, noted.Kind, noted.Key = w.ID, w.Kind, w.Key
	p.note(noted)
	return nil
}

// addTask adds an in-memory effect, to begin after the commit.
func (p *plan) addTask(path string, e Effect) error {
	slots, err := p.rt.slotsFor(e)
	if err != nil {
		return err
	}
	if !p.rt.background.reserve(slots) {
		return ErrOverloaded
	}
	p.tasks = append(p.tasks, &task{
		background: p.rt.background, stream: p.append.Stream, path: path, effect: e, slots: slots,
		origin: Origin{
			Actor: p.origin.Actor, CorrelationID: p.origin.CorrelationID,
			CausationID: p.origin.CausationID, TraceParent: p.origin.TraceParent,
		},
	})
	return nil
}
