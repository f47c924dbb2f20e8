package decide

import (
	"time"

	"github.com/composable-go/composable/eventlog"
)

// Decide settles the batch in order and returns an outcome for each append and
// what to write. The state must not be used again.
func (s State) Decide(batch []eventlog.Append) ([]eventlog.Outcome, *Changes) {
	d := &decision{
		State:    s,
		queue:    newQueue(s.Work),
		claims:   overlay[string, eventlog.StreamID]{values: s.Claims},
		rows:     overlay[RowKey, eventlog.Row]{values: s.Rows},
		poisoned: map[eventlog.StreamID]bool{},
		changes:  &Changes{Events: make([]Event, 0, len(batch))},
	}
	outcomes := make([]eventlog.Outcome, len(batch))
	for i := range batch {
		outcomes[i] = d.settle(&batch[i])
	}
	return outcomes, d.finish()
}

type decision struct {
	State
	queue    *queue
	claims   overlay[string, eventlog.StreamID]
	rows     overlay[RowKey, eventlog.Row]
	poisoned map[eventlog.StreamID]bool
	changes  *Changes
}

func (d *decision) settle(a *eventlog.Append) eventlog.Outcome {
	o := d.try(a)
	if (o.Err != nil || o.Duplicate) && !a.Stream.IsZero() {
		d.poisoned[a.Stream] = true
	}
	return o
}

func (d *decision) try(a *eventlog.Append) eventlog.Outcome {
	if !valid(a) || len(a.Statements) > 0 && !d.SQL {
		return eventlog.Outcome{Err: eventlog.ErrInvalid}
	}
	if d.poisoned[a.Stream] {
		return eventlog.Outcome{Err: eventlog.ErrConflict}
	}
	if first, seen := d.Commands[CommandKey{a.Stream, a.CommandID}]; seen {
		return first.Outcome(a.Fingerprint)
	}
	if err := d.check(a); err != nil {
		return eventlog.Outcome{Err: err}
	}
	return d.apply(a)
}

// check leaves the state alone, except for the rows: it is the last to fail,
// and puts them back when it does.
func (d *decision) check(a *eventlog.Append) error {
	if !a.Stream.IsZero() && d.Versions[a.Stream] != a.Expected {
		return eventlog.ErrConflict
	}
	if a.Done != (eventlog.Lease{}) && !d.queue.holds(a.Done) {
		return eventlog.ErrLeaseLost
	}
	for _, c := range a.Claims {
		owner := d.claims.values[c.Key]
		if !c.Release && !owner.IsZero() && owner != a.Stream {
			return &eventlog.ClaimError{Key: c.Key, Owner: owner}
		}
	}
	return d.changeRows(a)
}

func (d *decision) changeRows(a *eventlog.Append) error {
	now := Time(a.Meta.At)
	for i, c := range a.Rows {
		key := RowKey{c.Row.Kind, c.Row.Key}
		before := d.rows.values[key]
		if !Live(before, now) {
			before = eventlog.Row{}
		}
		if !c.Expect.Met(before.Revision) {
			d.rows.undo(i)
			return &eventlog.RowError{Kind: c.Row.Kind, Key: c.Row.Key}
		}
		after := eventlog.Row{}
		if !c.Delete {
			after = c.Row
			after.Expires, after.Revision = Time(c.Row.Expires), before.Revision+1
		}
		d.rows.set(key, after)
	}
	return nil
}

func (d *decision) apply(a *eventlog.Append) eventlog.Outcome {
	if a.Done != (eventlog.Lease{}) {
		d.queue.drop(a.Done.ID)
	}
	for _, c := range a.Claims {
		switch owner := d.claims.values[c.Key]; {
		case c.Release && owner == a.Stream:
			d.claims.set(c.Key, eventlog.StreamID{})
		case !c.Release && owner.IsZero():
			d.claims.set(c.Key, a.Stream)
		}
	}
	for _, key := range a.Cancel {
		d.queue.cancel(WorkKey{a.Stream, key})
	}
	for _, w := range a.Work {
		d.queue.add(asker(a, w), w)
	}
	d.changes.Statements = append(d.changes.Statements, a.Statements...)
	return d.record(a)
}

func (d *decision) record(a *eventlog.Append) eventlog.Outcome {
	meta := Meta(a.Meta)
	version := d.Versions[a.Stream]
	for _, e := range a.Events {
		version++
		d.Head++
		d.changes.Events = append(d.changes.Events, Event{
			Event: eventlog.Event{
				Position: d.Head, Stream: a.Stream, Version: version, Name: e.Name, Data: e.Data, Meta: meta,
			},
			Journal: e.Journal,
		})
	}
	if len(a.Events) > 0 {
		d.Versions[a.Stream] = version
	}
	if a.CommandID != "" {
		key := CommandKey{a.Stream, a.CommandID}
		c := Command{CommandKey: key, Fingerprint: a.Fingerprint, Version: version, Position: d.Head}
		d.Commands[key] = c
		d.changes.Commands = append(d.changes.Commands, c)
	}
	return eventlog.Outcome{Version: version, Position: d.Head}
}

func (d *decision) finish() *Changes {
	c := d.changes
	c.Head = d.Head
	for _, key := range d.claims.changed() {
		if owner := d.claims.values[key]; owner.IsZero() {
			c.ClaimsDropped = append(c.ClaimsDropped, key)
		} else {
			c.ClaimsPut = append(c.ClaimsPut, Claim{key, owner})
		}
	}
	for _, key := range d.rows.changed() {
		if row := d.rows.values[key]; row.Revision == 0 {
			c.RowsDropped = append(c.RowsDropped, key)
		} else {
			c.RowsPut = append(c.RowsPut, row)
		}
	}
	c.WorkDropped, c.WorkPut = d.queue.dropped, d.queue.added()
	return c
}

// Live reports whether the row exists at now.
func Live(row eventlog.Row, now time.Time) bool {
	return row.Revision > 0 && (row.Expires.IsZero() || now.Before(row.Expires))
}

// Time brings t to what the log keeps: UTC and whole microseconds.
func Time(t time.Time) time.Time { return t.UTC().Truncate(time.Microsecond) }

// Failure brings f to what the log keeps.
func Failure(f eventlog.Failure) eventlog.Failure {
	return eventlog.Failure{At: Time(f.At), Error: Text(f.Error)}
}

// Untried reports whether f is the zero failure.
func Untried(f eventlog.Failure) bool { return f.At.IsZero() && f.Error == "" }

// Meta brings m to what the log keeps.
func Meta(m eventlog.Meta) eventlog.Meta {
	m.At = Time(m.At)
	return m
}
