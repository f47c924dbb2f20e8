package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"

	"github.com/composable-go/composable/eventlog"
)

// decision is one action to be decided, as often as conflicts demand, each time
// with the same identity and so with the same ids.
type decision[A any] struct {
	action      A
	origin      Origin
	lease       eventlog.Lease
	seed        string
	commandID   string
	fingerprint string
	again       bool // it was decided before
	ids         ids  // of this time
}

func (s *Store[S, A]) newDecision(ctx context.Context, key string, action A, lease eventlog.Lease) (*decision[A], error) {
	d := &decision[A]{action: action, origin: OriginFrom(ctx), lease: lease}
	if d.origin.CorrelationID == "" {
		d.origin.CorrelationID = s.rt.chance.newID()
	}
	switch {
	case lease.ID != "":
		d.seed = lease.ID
	case d.origin.CommandID != "":
		name, data, err := s.codec.Encode(action)
		if err != nil {
			return nil, ErrInternal.Because(err)
		}
		d.commandID = d.origin.Actor.ID + ":" + d.origin.CommandID
		d.fingerprint = fingerprint(name, data)
		d.seed = s.name + "/" + key + "/" + d.commandID
	default:
		d.seed = s.rt.chance.newID()
	}
	return d, nil
}

func (d *decision[A]) precondition(version int64) error {
	if d.origin.Precondition == nil {
		return nil
	}
	return d.origin.Precondition(version)
}

func fingerprint(name string, data []byte) string {
	sum := sha256.Sum256(append([]byte(name+"\x00"), data...))
	return hex.EncodeToString(sum[:16])
}

// decide reduces the action on the cell's state and queues what it decided. A
// refusal, too, is only given when all it was decided on is committed.
func (s *Store[S, A]) decide(ctx context.Context, c *cell[S], d *decision[A]) (*commit, error) {
	c.mu.Lock()
	if !c.sound() {
		if err := s.refresh(ctx, c); err != nil {
			c.mu.Unlock()
			return nil, err
		}
	}
	basis := basis{c.tail.Load(), c.idle(), c.version, c.position}
	plan, err := s.plan(c, d)
	if err != nil || plan.empty() {
		c.mu.Unlock()
		return s.undecided(ctx, c, d, basis, err)
	}
	commit := newCommit(&plan.content, c.lineage)
	c.tail.Store(commit)
	s.rt.commits.submit(commit)
	if s.snapshotDue(c) {
		s.takeSnapshot(c, commit)
	}
	c.mu.Unlock()
	return commit, nil
}

// plan reduces the action and then each event it records. When that fails after
// the state has begun to change, the cell is forgotten.
func (s *Store[S, A]) plan(c *cell[S], d *decision[A]) (*plan, error) {
	id := eventlog.StreamID{Store: s.name, Key: c.key}
	d.ids = ids{seed: d.seed}
	env := Env{
		Now: now(), Actor: d.origin.Actor, ids: &d.ids,
		CorrelationID: d.origin.CorrelationID, CausationID: d.origin.CausationID,
	}
	p := newPlan(s.rt, id, c.version, d.seed, eventlog.Meta{
		At: env.Now, Actor: d.origin.Actor.ID, CorrelationID: env.CorrelationID,
		CausationID: env.CausationID, TraceParent: d.origin.TraceParent,
	})
	p.append.CommandID, p.append.Fingerprint, p.append.Done = d.commandID, d.fingerprint, d.lease
	p.origin = &d.origin

	p.journal.Action = s.codec.Name(d.action)
	err := d.precondition(c.version)
	if err == nil && c.closed {
		err = ErrStreamClosed
	}
	var effects Effects
	if err == nil {
		effects, err = s.reduce(&c.state, d.action, env)
	}
	if err == nil {
		err = s.apply(c, p, effects)
	}
	if err == nil {
		err = p.journal.write(&p.append)
	}
	if err != nil {
		p.abandon()
		err = s.explain(err, p)
		c.loaded = !errors.Is(err, ErrInternal) && c.version == p.append.Expected
		return nil, err
	}
	return p, nil
}

// explain reports a bug in full and hides it from the caller.
func (s *Store[S, A]) explain(err error, p *plan) error {
	if _, bug := errors.AsType[*bugError](err); !bug {
		return err
	}
	s.rt.options.Logger.Error("store: the reducer failed", "stream", p.append.Stream.String(), "action", p.journal.Action,
		"correlation_id", p.append.Meta.CorrelationID, "error", err)
	s.rt.Report(Incident{What: ReducerFailed, Stream: p.append.Stream, Name: p.journal.Action, Err: err})
	return ErrInternal.Because(err)
}

// apply adds effects to the plan; recorded events change the state at once, and
// their effects are added too.
func (s *Store[S, A]) apply(c *cell[S], p *plan, effects Effects) error {
	for _, e := range effects {
		var err error
		switch e := e.(type) {
		case RecordEffect:
			err = s.recordAll(c, p, e.Events)
		case CloseEffect:
			c.version, c.closed = c.version+1, true
			err = p.record(eventlog.NewEvent{Name: closedEvent, Data: []byte("{}")})
		default:
			err = p.add(e)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (s *Store[S, A]) recordAll(c *cell[S], p *plan, events []any) error {
	for _, event := range events {
		if err := s.record(c, p, event); err != nil {
			return err
		}
	}
	return nil
}

func (s *Store[S, A]) record(c *cell[S], p *plan, event any) error {
	name, data, err := s.codec.Encode(event)
	if err != nil {
		return &bugError{err}
	}
	if c.closed {
		return bugf("%s is recorded after the stream was closed", name)
	}
	if s.codec.Class(name) != Event {
		return bugf("%s is recorded but declared as a %s", name, s.codec.Class(name))
	}
	if err := p.record(eventlog.NewEvent{Name: name, Data: data}); err != nil {
		return err
	}
	c.version++
	effects, err := s.reduce(&c.state, event.(A), eventEnv(&c.ids, p.append.Stream, c.version, p.append.Meta))
	if err != nil {
		return bugf("the event %s was refused: %w", name, err)
	}
	for _, e := range effects {
		if _, nested := e.(RecordEffect); nested {
			return bugf("the event %s records further events; let the command record them", name)
		}
	}
	return s.apply(c, p, effects)
}

// answered returns the outcome of a command that was sent before, nil when it was not.
func (s *Store[S, A]) answered(ctx context.Context, key string, d *decision[A]) (*commit, error) {
	if d.commandID == "" {
		return nil, nil
	}
	o, found, err := s.rt.backend.Command(ctx, eventlog.StreamID{Store: s.name, Key: key}, d.commandID, d.fingerprint)
	if err != nil || !found {
		return nil, refusalOf(err)
	}
	o.Duplicate = true
	return settledCommit(o), nil
}

// basis is what an action was decided on.
type basis struct {
	tail     *commit
	idle     bool // nothing was in flight
	version  int64
	position int64
}

// undecided answers an action that has nothing to commit: a refusal, or one that
// changes nothing. Before that is believed, the state behind it must be committed
// and current, and the command must not be one that was answered before.
func (s *Store[S, A]) undecided(ctx context.Context, c *cell[S], d *decision[A], b basis, refused error) (*commit, error) {
	position, err := committed(ctx, b.tail)
	if err != nil {
		return nil, err
	}
	if first, err := s.answered(ctx, c.key, d); first != nil || err != nil {
		return first, err
	}
	id := eventlog.StreamID{Store: s.name, Key: c.key}
	if b.idle && !s.rt.backend.Exclusive() {
		newer, err := s.rt.backend.ReadStream(ctx, id, b.version, 1)
		if err != nil {
			return nil, unavailable(err)
		}
		if len(newer) > 0 {
			c.mu.Lock()
			c.loaded = false
			c.mu.Unlock()
			return nil, errStale
		}
	}
	if refused != nil {
		return nil, AsRefusal(refused)
	}
	return settledCommit(eventlog.Outcome{Version: b.version, Position: max(position, b.position)}), nil
}
