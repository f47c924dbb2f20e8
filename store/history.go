package store

import (
	"context"
	"encoding/json"
	"time"

	"github.com/composable-go/composable/eventlog"
)

// Decision is one entry of a stream's history: an action that recorded events, and
// all that was decided with them.
type Decision struct {
	Action        string // wire name
	At            time.Time
	Actor         string // id of the principal
	CorrelationID string
	CausationID   string // the effect or event it came from, "" when it came from outside
	Position      int64  // of its last event
	Events        []RecordedEvent
	Effects       []DecidedEffect
}

// RecordedEvent is an event of a history.
type RecordedEvent struct {
	Version int64
	Name    string
	Data    json.RawMessage
}

// DecidedEffect is what should happen because of a decision: a durable effect or a
// timer, which have an ID, or what happened with the commit (claim, row, cancel).
// What it holds is not told, as that may be secret.
type DecidedEffect struct {
	ID       string // CausationID of what comes of it
	Kind     string
	Key      string // of the timer, claim or kind of row
	To       string // the stream that a dispatch goes to
	Action   string // that is dispatched, or that a timer sends
	Due      time.Time
	Status   EffectStatus
	Failures []eventlog.Failure // of the attempts so far, while it waits or is dead
}

// EffectStatus says how far an effect has come.
type EffectStatus string

// Statuses of effects. What is done was carried out, or dropped by a cancellation.
const (
	EffectDone    EffectStatus = "done"
	EffectWaiting EffectStatus = "waiting"
	EffectRunning EffectStatus = "running"
	EffectDead    EffectStatus = "dead"
)

// History returns up to limit decisions of a stream, the oldest first, beginning
// after a version: the Version of the last event of the page before. With
// [AtVersion] it shows how the state came about. Actions that recorded no event
// leave no trace in it; one that recorded more than limit events is told in parts.
func (s *Store[S, A]) History(ctx context.Context, key string, after int64, limit int) ([]Decision, error) {
	id := eventlog.StreamID{Store: s.name, Key: key}
	events, err := s.rt.Log().ReadStream(ctx, id, after, limit+1)
	if err != nil {
		return nil, unavailable(err)
	}
	notes, err := s.rt.backend.Journal(ctx, id, after, limit+1)
	if err != nil {
		return nil, unavailable(err)
	}
	waiting, dead, err := s.rt.backend.WorkOf(ctx, id)
	if err != nil {
		return nil, unavailable(err)
	}
	decisions, err := fatesOf(waiting, dead, now()).tell(events, notes)
	if n := len(decisions); len(events) > limit && n > 1 {
		decisions = decisions[:n-1] // it may go on
	}
	return decisions, err
}

// fates are how far the effects have come that are not done, by id.
type fates map[string]DecidedEffect

// tell begins a decision at each event that has a journal.
func (f fates) tell(events []eventlog.Event, notes []eventlog.JournalEntry) ([]Decision, error) {
	byVersion := map[int64][]byte{}
	for _, n := range notes {
		byVersion[n.Version] = n.Data
	}
	var decisions []Decision
	for _, e := range events {
		if note, first := byVersion[e.Version]; first || len(decisions) == 0 {
			d, err := f.begin(e, note)
			if err != nil {
				return nil, ErrInternal.Because(err)
			}
			decisions = append(decisions, d)
		}
		last := &decisions[len(decisions)-1]
		last.Position = e.Position
		last.Events = append(last.Events, RecordedEvent{e.Version, e.Name, e.Data})
	}
	return decisions, nil
}

func (f fates) begin(e eventlog.Event, note []byte) (Decision, error) {
	d := Decision{
		At: e.Meta.At, Actor: e.Meta.Actor, CorrelationID: e.Meta.CorrelationID, CausationID: e.Meta.CausationID,
	}
	if note == nil {
		return d, nil
	}
	var j journal
	err := json.Unmarshal(note, &j)
	d.Action = j.Action
	for _, n := range j.Effects {
		effect := DecidedEffect{
			ID: n.ID, Kind: n.Kind, Key: n.Key, To: n.To, Action: n.Action, Due: n.Due, Status: EffectDone,
		}
		if fate, open := f[n.ID]; open && n.ID != "" {
			effect.Status, effect.Failures = fate.Status, fate.Failures
		}
		d.Effects = append(d.Effects, effect)
	}
	return d, err
}

func fatesOf(waiting []eventlog.Work, dead []eventlog.DeadLetter, now time.Time) fates {
	open := fates{}
	for _, w := range waiting {
		status := EffectWaiting
		if w.LeasedUntil.After(now) {
			status = EffectRunning
		}
		open[w.ID] = DecidedEffect{Status: status, Failures: w.Failures}
	}
	for _, d := range dead {
		open[d.ID] = DecidedEffect{Status: EffectDead, Failures: d.Failures}
	}
	return open
}
